"""Searching a release: its two indexes asked, and what they find made one ranking."""

from typing import Final, NamedTuple, Protocol

from workers.domain.ranking import Meanings, Positions, Scores, best, fuse, supported
from workers.kb.lexical import LexicalIndex
from workers.kb.phrases import PhraseIndex
from workers.kb.vectors import VectorIndex
from workers.ports import Vectors

CANDIDATES: Final = 50  # of each index: what is in neither's first fifty does not belong to an answer


class Ranked(NamedTuple):
    """Positions of passages, the best first, and their scores between 0 and 1."""

    positions: Positions
    scores: Scores


class Indexes(Protocol):
    """What a release is searched by."""

    @property
    def lexical(self) -> LexicalIndex:
        """The passages' words."""

    @property
    def vectors(self) -> VectorIndex:
        """The passages' vectors."""

    @property
    def phrases(self) -> PhraseIndex:
        """The vectors of the passages' headings and sentences."""


def rank(question: str, vector: Vectors | None, indexes: Indexes, limit: int) -> Ranked:
    """Return the `limit` passages that fit a question best.

    `vector` is the question's unit vector of shape (dimension,); without one, words alone decide.
    """
    if vector is None:
        positions, scores = indexes.lexical.best(question, CANDIDATES)
    else:
        nearest = indexes.vectors.nearest(vector, CANDIDATES)
        positions, shares = indexes.lexical.best(question, CANDIDATES, besides=nearest)
        near = indexes.phrases.likeness(positions, vector)
        meanings = Meanings(indexes.vectors.cosines(positions, vector), near.headings, near.sentences)
        scores = fuse(meanings, shares)
    scores = supported(scores, indexes.phrases.documents(positions))
    chosen = best(scores, limit)
    return Ranked(positions[chosen], scores[chosen])
