"""Searching a release: its two indexes asked, and what they find made one ranking."""

from typing import Final, NamedTuple, Protocol

import numpy as np

from workers.domain.ranking import Meanings, Positions, Scores, best, fuse, supported
from workers.kb.lexical import LexicalIndex, Weights
from workers.kb.phrases import PhraseIndex
from workers.kb.vectors import VectorIndex
from workers.ports import Vectors

CANDIDATES: Final = 50  # of each index: what is in neither's first fifty does not belong to an answer


class Ranked(NamedTuple):
    """Positions of passages, the best first."""

    positions: Positions
    scores: Scores
    """Between 0 and 1."""
    likeness: Scores
    """How near in meaning they are: cosines, 0 without a vector to tell by."""


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


def rank(weights: Weights, vector: Vectors | None, indexes: Indexes, limit: int) -> Ranked:
    """Return the `limit` passages that fit a question best.

    `weights` are the question's words and how much each tells, `vector` its unit vector of shape (dimension,); without
    one, words alone decide.
    """
    if vector is None:
        positions, scores = indexes.lexical.best(weights, CANDIDATES)
        whole = np.zeros_like(scores)
    else:
        nearest = indexes.vectors.nearest(vector, CANDIDATES)
        positions, shares = indexes.lexical.best(weights, CANDIDATES, besides=nearest)
        near = indexes.phrases.likeness(positions, vector)
        whole = indexes.vectors.cosines(positions, vector)
        scores = fuse(Meanings(whole, near.headings, near.sentences), shares)
    scores = supported(scores, indexes.phrases.documents(positions))
    chosen = best(scores, limit)
    return Ranked(positions[chosen], scores[chosen], whole[chosen])
