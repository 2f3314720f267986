"""The phrases of the passages: their headings and single sentences, each with a vector of its own.

The question that an entry of a FAQ answers is one of its sentences: its heading says besides where it stands.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from workers.domain.passage import Passage
from workers.domain.ranking import Positions, Scores
from workers.kb.passages import heading_text, plain
from workers.ports import Vectors

FEW: Final = 2_000_000  # numbers in all vectors, 8 MB as floats: comparing them all takes a fifth of a millisecond
SHORTEST: Final = 10  # characters: less is no sentence but a number or a mark
BREAK: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
FILES: Final = ("vectors", "steps", "headings", "starts", "sentences", "documents")

Numbers = npt.NDArray[np.int32]


class Likeness(NamedTuple):
    """How near a question the headings of some passages are, and the nearest sentence of each."""

    headings: Scores
    sentences: Scores


class Phrases(NamedTuple):
    """The phrases of some passages, none of them twice, and which of them are whose."""

    texts: list[str]
    headings: Numbers
    """The number of each passage's heading, shape (passages,)."""
    starts: Numbers
    """Where the sentences of each passage begin in `sentences`, and where the last one's end: (passages + 1,)."""
    sentences: Numbers
    """The numbers of the sentences, passage by passage."""
    documents: Numbers
    """The number of each passage's document."""


def phrases_of(passages: Sequence[Passage]) -> Phrases:
    """Return the phrases of the passages. Every passage has a sentence at least: if need be, its whole text."""
    numbers: dict[str, int] = {}
    headings, starts, sentences = [], [0], list[int]()
    sources: dict[str, int] = {}
    documents = [sources.setdefault(passage.source, len(sources)) for passage in passages]
    for passage in passages:
        headings.append(numbers.setdefault(heading_text(passage), len(numbers)))
        sentences += [numbers.setdefault(sentence, len(numbers)) for sentence in _sentences(passage)]
        starts.append(len(sentences))
    return Phrases(list(numbers), *(np.array(column, np.int32) for column in (headings, starts, sentences, documents)))


class PhraseIndex:
    """The phrases' vectors in a byte per dimension, mapped from the disk. Any number of threads may ask it at once."""

    def __init__(self, vectors: npt.NDArray[np.int8], steps: Vectors, *columns: Numbers) -> None:
        self._vectors, self._steps = vectors, steps
        self._headings, self._starts, self._sentences, self._documents = columns
        self._few: Vectors | None = vectors.astype(np.float32) * steps if vectors.size <= FEW else None
        self.documents: Positions = self._documents.astype(np.int64)
        """The number of each passage's document, shape (passages,)."""

    @classmethod
    def of(cls, phrases: Phrases, vectors: Vectors) -> Self:
        """Index the phrases with their unit vectors of shape (phrases, dimension)."""
        steps = np.maximum(np.abs(vectors).max(axis=0), np.finfo(np.float32).tiny) / 127
        return cls(np.rint(vectors / steps).astype(np.int8), steps.astype(np.float32), *phrases[1:])

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the index that was saved in the folder. Raises OSError or ValueError."""
        # Plain views: slicing a numpy.memmap costs ten times as much as slicing the array behind it.
        return cls(*(np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in FILES))

    def save(self, folder: Path) -> None:
        """Write the index into the folder, which is made. Raises OSError."""
        folder.mkdir()
        columns: tuple[npt.NDArray[np.generic], ...] = (
            self._vectors,
            self._steps,
            self._headings,
            self._starts,
            self._sentences,
            self._documents,
        )
        for name, column in zip(FILES, columns, strict=True):
            np.save(folder / f"{name}.npy", column)

    @property
    def are_few(self) -> bool:
        """Whether `likeness` may be asked for: the phrases of all passages are compared faster than chosen from."""
        return self._few is not None

    def likeness(self, vector: Vectors) -> Likeness:
        """Return how near the phrases of every passage are to a vector of shape (dimension,); only of a few."""
        if self._few is None:
            raise ValueError("There are too many phrases to compare them all.")
        near: Scores = self._few @ vector
        return Likeness(near[self._headings], np.maximum.reduceat(near[self._sentences], self._starts[:-1]))

    def likeness_of(self, positions: Positions, vector: Vectors) -> Likeness:
        """Return how near the phrases of the passages at these positions are to a vector of shape (dimension,)."""
        if not len(positions):
            return Likeness(np.empty(0, np.float32), np.empty(0, np.float32))
        starts = self._starts[positions]
        lengths = self._starts[positions + 1] - starts
        firsts = np.cumsum(lengths) - lengths
        places = np.arange(lengths.sum()) + np.repeat(starts - firsts, lengths)
        numbers = np.concatenate([self._headings[positions], self._sentences[places]])
        near = self._vectors.take(numbers, axis=0).astype(np.float32) @ (vector * self._steps)
        return Likeness(near[: len(positions)], np.maximum.reduceat(near[len(positions) :], firsts))


def _sentences(passage: Passage) -> Iterator[str]:
    if passage.question:
        yield passage.question
    text = plain(passage.text)
    found = [sentence for sentence in BREAK.split(text) if len(sentence) > SHORTEST]
    yield from found or [text]
