"""The words of the passages: a BM25 index over stemmed words that scores between 0 and 1."""

import logging
import math
import threading
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self

import bm25s
import numpy as np
import Stemmer

from workers.domain.passage import Passage
from workers.domain.ranking import Scores, coverage
from workers.domain.words import content_words
from workers.kb.passages import plain

logging.getLogger("bm25s").setLevel(logging.WARNING)  # the library sets itself to DEBUG when imported

# The usual constants. Headings say what a passage is about, so their words count as if said again.
SATURATION: Final = 1.2
LENGTH_PENALTY: Final = 0.75
HEADING_WEIGHT: Final = 2
TITLE_WEIGHT: Final = 1


class LexicalIndex:
    """An inverted index with its scores worked out beforehand; a search adds up a few rows of numbers."""

    def __init__(self, retriever: Any) -> None:
        self._retriever = retriever
        self._ids: dict[str, int] = retriever.vocab_dict
        # Plain views: slicing a numpy.memmap costs ten times as much as slicing the array behind it.
        self._data, self._rows, self._starts = (
            np.asarray(retriever.scores[name]) for name in ("data", "indices", "indptr")
        )
        self._passages: int = retriever.scores["num_docs"]
        self._unknown_weight = _weight(0, self._passages)

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> Self:
        """Index the passages, of which there must be one at least."""
        retriever = bm25s.BM25(k1=SATURATION, b=LENGTH_PENALTY, method="lucene")
        retriever.index([indexed_words(passage) for passage in passages], show_progress=False)
        return cls(retriever)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the index that was saved in the folder. Raises OSError or ValueError."""
        return cls(bm25s.BM25.load(folder, mmap=True, show_progress=False))

    def save(self, folder: Path) -> None:
        """Write the index into the folder, which is made."""
        self._retriever.save(folder, show_progress=False)

    def coverage(self, question: str) -> Scores:
        """Return which share of the question's words each passage carries: float32, shape (passages,), 0 to 1."""
        scores = np.zeros(self._passages, dtype=np.float32)
        attainable = 0.0
        for word in dict.fromkeys(words(question)):
            number = self._ids.get(word)
            if number is None:
                attainable += self._unknown_weight
                continue
            start, end = self._starts[number], self._starts[number + 1]
            scores[self._rows[start:end]] += self._data[start:end]  # a passage stands at most once in a word's rows
            attainable += _weight(int(end - start), self._passages)
        return coverage(scores, attainable)

    def weights(self, question: str) -> dict[str, float]:
        """Return the stems of the question's words, and how much each tells: rare ones more, unknown ones most."""
        return {word: self._weight_of(word) for word in dict.fromkeys(words(question))}

    def _weight_of(self, word: str) -> float:
        number = self._ids.get(word)
        if number is None:
            return self._unknown_weight
        return _weight(int(self._starts[number + 1] - self._starts[number]), self._passages)


def indexed_words(passage: Passage) -> list[str]:
    """Return the words a passage is found by, those of its title and headings more than once."""
    title, heading, text = words(passage.title), words(passage.heading), words(plain(passage.text))
    return title * TITLE_WEIGHT + heading * HEADING_WEIGHT + text


def words(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, without accents, in order."""
    return [_stem(word) for word in content_words(text)]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if not word.isascii():
        word = "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
    return _stemmer().stemWord(word)  # type: ignore[no-any-return]


_local = threading.local()


def _stemmer() -> Any:
    """Return this thread's stemmer: the library allows none to be shared."""
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english", 0)  # its own cache is slower than ours
    return _local.stemmer


def _weight(passages_with_it: int, passages: int) -> float:
    """Return how much a word tells: Lucene's idf, which is also the most that one word can add to a BM25 score."""
    return math.log(1 + (passages - passages_with_it + 0.5) / (passages_with_it + 0.5))
