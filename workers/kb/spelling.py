"""Reading mistyped words of a question as the words of the documents that were meant."""

import zlib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Self

import msgspec
import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from spellchecker import SpellChecker

from workers.domain.equivalents import WORDS
from workers.domain.words import STEMMERS, STOP_WORDS, WORD

SHORTEST: Final = 4  # signs: shorter words have too many neighbours that mean something else
LONG: Final = 8  # signs: from here on, two slips leave a word recognisable

COUNTS: Final = "words.json"
EVERYDAY: Final = "everyday.npy"

Marks = npt.NDArray[np.uint32]


class Spelling:
    """The words of the documents with how often they stand there. Any number of threads may ask it at once."""

    def __init__(self, counts: Mapping[str, int], everyday: Marks) -> None:
        self._counts, self._everyday = counts, everyday
        self._alike = defaultdict[tuple[str, int], list[str]](list)
        for word in counts.keys() | STOP_WORDS:
            self._alike[word[0], len(word)].append(word)
        self._meant = lru_cache(maxsize=10_000)(self._nearest)

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Self:
        """Return the spelling of documents that say these words so often."""
        return cls(counts, everyday_words())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what was saved in the folder. Raises OSError or ValueError."""
        counts = msgspec.json.decode((folder / COUNTS).read_bytes(), type=dict[str, int])
        # A plain view: reading a numpy.memmap costs ten times as much as reading the array behind it.
        return cls(counts, np.asarray(np.load(folder / EVERYDAY, mmap_mode="r")))

    def save(self, folder: Path) -> None:
        """Write the words into the folder. Raises OSError."""
        (folder / COUNTS).write_bytes(msgspec.json.encode(self._counts))
        np.save(folder / EVERYDAY, self._everyday)

    def corrected(self, text: str) -> str:
        """Return the text with each mistyped word replaced by the nearest one that the documents use.

        A word that the documents or a language know is left as it is, and so is one that resembles none of theirs.
        """
        return WORD.sub(lambda found: self._meant(found[0].casefold()) or found[0], text)

    def knows(self, word: str) -> bool:
        """Whether the documents use the word, given in lower case."""
        return word in self._counts

    def _nearest(self, word: str) -> str | None:
        """Return the most frequent of the words that the fewest slips separate from this one; None for none."""
        if len(word) < SHORTEST or not word.isalpha() or self._is_known(word):
            return None
        slips = 1 if len(word) < LONG else 2
        # A word's first letter is almost never the wrong one, and a list of its own for each keeps this fast.
        lengths = range(len(word) - slips, len(word) + slips + 1)
        near = [other for length in lengths for other in self._alike.get((word[0], length), ())]
        found = extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=None)
        return min(found, key=lambda match: (match[1], -self._counts.get(match[0], 0)))[0] if found else None

    def _is_known(self, word: str) -> bool:
        if word in self._counts or word in STOP_WORDS:
            return True
        mark = _mark(word)
        place = int(np.searchsorted(self._everyday, mark))
        return place < len(self._everyday) and int(self._everyday[place]) == mark


@cache
def everyday_words() -> Marks:
    """Return the marks of the words of the languages that stems are known for, in order: uint32, some 600,000."""
    lists = (SpellChecker(language=language).word_frequency.dictionary for language in STEMMERS)
    return np.unique(np.fromiter((_mark(word) for words in (*lists, WORDS) for word in words), np.uint32))


def _mark(word: str) -> int:
    """Return what stands for a word where only whether it is known matters; some 1 in 7,000 others share one."""
    return zlib.crc32(word.encode())
