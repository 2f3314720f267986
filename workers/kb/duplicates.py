"""Passages that say what an earlier one says, in the same words or nearly so."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final
from zlib import crc32

import numpy as np

from workers.domain.passage import Passage

SHORT: Final = 25  # words: below, the same words may be of another thing, which their place tells
LONG: Final = 50  # words: from here, texts can be nearly the same
SHINGLE: Final = 5  # words
LIKE: Final = 0.9  # the share of the shingles that two texts have in common (Jaccard)
COMPARED: Final = 16  # earlier passages of one bucket: many that look alike and are not cost no more
# Four permutations of the hashes: texts that are LIKE share the least of one in all but one of ten thousand cases
# (min-wise hashing: Broder, "On the resemblance and containment of documents", 1997).
PERMUTATIONS: Final = np.array([[2654435761], [2246822519], [3266489917], [668265263]], dtype=np.uint32)
PLACES: Final = np.array([1, 31, 961, 29791, 923521], dtype=np.uint32)  # the same words in another order differ

WORD: Final = re.compile(r"\w+")
# Texts that differ in one of these say different things, however much else they share.
TURNING: Final = (
    frozenset({"not", "no", "never", "none", "without", "except", "only"})
    | {"nicht", "kein", "keine", "keinen", "nie", "ohne", "nur"}
    | {"sin", "nunca", "solo", "sólo", "salvo", "ne", "pas", "jamais", "sans", "sauf", "seulement"}
)

Words = list[str]


def fold(passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages in order, without those that say the same as an earlier one."""
    kept: list[Passage] = []
    exact: set[tuple[str, ...]] = set()
    buckets: dict[tuple[str, int, int], list[Words]] = defaultdict(list)
    for passage in passages:
        words = words_of(passage.text)
        key = _key(passage, words)
        marks = [(_question(passage), *mark) for mark in enumerate(_sketch(words))] if len(words) >= LONG else []
        if key in exact or any(_says_the_same(words, other) for mark in marks for other in buckets[mark]):
            continue
        exact.add(key)
        for mark in marks:
            if len(buckets[mark]) < COMPARED:
                buckets[mark].append(words)
        kept.append(passage)
    return kept


def words_of(text: str) -> Words:
    """Return the words as they are compared: without case, punctuation and spaces."""
    return WORD.findall(text.casefold())


def _key(passage: Passage, words: Words) -> tuple[str, ...]:
    place = f"{passage.title} {passage.heading}" if len(words) < SHORT else _question(passage)
    return (*words, "", *words_of(place))


def _question(passage: Passage) -> str:
    """Return the heading that the passage stands under: the same answer to another question is worth keeping."""
    return " ".join(words_of(passage.heading.rpartition(" > ")[2]))


def _sketch(words: Words) -> list[int]:
    """Return the least hash of the text's shingles under each permutation."""
    hashes = np.array([crc32(word.encode()) for word in words], dtype=np.uint32)
    shingles = np.lib.stride_tricks.sliding_window_view(hashes, SHINGLE) @ PLACES
    return [int(least) for least in (shingles * PERMUTATIONS).min(axis=1)]


def _shingles(words: Words) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


def _says_the_same(words: Words, other: Words) -> bool:
    first, second = _shingles(words), _shingles(other)
    if len(first & second) < LIKE * len(first | second):
        return False
    return not any(word in TURNING or any(map(str.isdigit, word)) for word in _differing(words, other))


def _differing(words: Sequence[str], other: Sequence[str]) -> Iterable[str]:
    first, second = Counter(words), Counter(other)
    return (first - second) + (second - first)
