"""Searching a release: its two indexes asked, and what they find made one ranking."""

from typing import Final, NamedTuple, Protocol

import numpy as np

from workers.domain.ranking import Meanings, Positions, Scores, best, fuse, supported
from workers.kb.lexical import LexicalIndex, Weights
from workers.kb.phrases import PhraseIndex
from workers.kb.vectors import VectorIndex
from workers.ports import Vectors

CANDIDATES: Final = 50  # of each index, where there are too many passages to score all of them


class Ranked(NamedTuple):
    """Some passages by their positions."""

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
    """Return the `limit` passages that fit a question best, the best first.

    `weights` are the question's words and how much each tells, `vector` its unit vector of shape (dimension,); without
    one, words alone decide.
    """
    if vector is None:
        found = _by_words(weights, indexes)
    elif indexes.phrases.are_few:
        found = score_all(weights, vector, indexes)
    else:
        found = score_candidates(weights, vector, indexes)
    chosen = best(found.scores, limit)
    return Ranked(found.positions[chosen], found.scores[chosen], found.likeness[chosen])


def _by_words(weights: Weights, indexes: Indexes) -> Ranked:
    positions, shares = indexes.lexical.best(weights, CANDIDATES)
    return Ranked(positions, supported(shares, indexes.phrases.documents[positions]), np.zeros_like(shares))


def score_all(weights: Weights, vector: Vectors, indexes: Indexes) -> Ranked:
    """Return every passage in its order with its score."""
    whole, near = indexes.vectors.cosines_of_all(vector), indexes.phrases.likeness(vector)
    scores = fuse(Meanings(whole, near.headings, near.sentences), indexes.lexical.shares(weights))
    return Ranked(np.arange(len(scores)), supported(scores, indexes.phrases.documents), whole)


def score_candidates(weights: Weights, vector: Vectors, indexes: Indexes) -> Ranked:
    """Return, by position, the passages that either index finds among its first, with their scores."""
    nearest = indexes.vectors.nearest(vector, CANDIDATES)
    positions, shares = indexes.lexical.best(weights, CANDIDATES, besides=nearest)
    whole, near = indexes.vectors.cosines(positions, vector), indexes.phrases.likeness_of(positions, vector)
    scores = fuse(Meanings(whole, near.headings, near.sentences), shares)
    return Ranked(positions, supported(scores, indexes.phrases.documents[positions]), whole)
