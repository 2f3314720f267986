"""Searching a release: its two indexes asked, and what they find made one ranking."""

from typing import Final, NamedTuple

from workers.domain.ranking import Positions, Scores, best, fuse
from workers.kb.lexical import LexicalIndex
from workers.kb.vectors import VectorIndex
from workers.ports import Vectors

CANDIDATES: Final = 50  # of each index: what is in neither's first fifty does not belong to an answer


class Ranked(NamedTuple):
    """Positions of passages, the best first, and their scores between 0 and 1."""

    positions: Positions
    scores: Scores


def rank(question: str, vector: Vectors | None, lexical: LexicalIndex, vectors: VectorIndex, limit: int) -> Ranked:
    """Return the `limit` passages that fit a question best.

    `vector` is the question's unit vector of shape (dimension,); without one, words alone decide.
    """
    if vector is None:
        positions, scores = lexical.best(question, limit)
    else:
        positions, shares = lexical.best(question, CANDIDATES, besides=vectors.nearest(vector, CANDIDATES))
        scores = fuse(vectors.cosines(positions, vector), shares)
    chosen = best(scores, limit)
    return Ranked(positions[chosen], scores[chosen])
