"""How well passages fit a question: two views of it made one score that means the same for every question."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from workers.domain.passage import Passage

Scores = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]

# Chosen on a platform's legal texts, a shop's documents and those of a bank, an airline and a software company. 0.05 up
# or down for any of them changes hit@1 by 0.01 on average over the sets, and by up to 0.04 on a single one.
WHOLE_WEIGHT: Final = 0.25
HEADING_WEIGHT: Final = 0.2
SENTENCE_WEIGHT: Final = 0.25
WORDS_WEIGHT: Final = 0.3

# BM25 lets one word said often outweigh another that is missing. Among the best passages, those with more of the
# question's words therefore gain: by this much, if they have them all.
CARRIED_WEIGHT: Final = 0.1

# Of the entries "What is a tent?" and "How do tents differ from tipis?" both carry all of "tents?", and the first asks
# for nothing else. Half as much weight finds the same within 0.01 of hit@1, and so does half as much again.
ALIKE_WEIGHT: Final = 0.2

# A document with a second passage that fits is likelier to be about the question than one that happens to have a
# single sentence like it. Half of this share, and twice, find the same within 0.01 of hit@1 on average.
SUPPORT: Final = 0.2

# Below this, the desk says that it does not know. Of the questions that had nothing to do with either corpus (recipes,
# sports, programming) 11 of 12 score less; of the 65 that the shop's documents answer, 3 do. What sounds like the
# documents and is not in them scores like what is: no threshold tells those apart.
ANSWERABLE_SCORE: Final = 0.18


def coverage(bm25: Scores, attainable: float) -> Scores:
    """Return which share of the question's words, weighted by rarity, each passage carries: between 0 and 1.

    A BM25 score alone grows with the number and rarity of a question's words; divided by what a passage full of
    them would score, it can be compared between questions. `attainable` is the sum of the words' weights, and words
    that no passage knows count in it: what the documents do not speak of makes a question less answerable.
    """
    if attainable <= 0:
        return np.zeros_like(bm25)
    shares: Scores = np.minimum(bm25 / np.float32(attainable), np.float32(1))
    return shares


class Meanings(NamedTuple):
    """How near a question's meaning passages are: cosine similarities of unit vectors, all of one length."""

    whole: Scores
    """Of all that the passage says, with where it stands."""
    heading: Scores
    """Of where it stands alone."""
    sentence: Scores
    """Of the sentence in it that is nearest."""


def fuse(near: Meanings, covered: Scores) -> Scores:
    """Return one score between 0 and 1 from what is near in meaning and what is covered in words, of one length."""
    whole, heading, sentence = (np.maximum(scores, 0) for scores in near)
    meaning = WHOLE_WEIGHT * whole + HEADING_WEIGHT * heading + SENTENCE_WEIGHT * sentence
    fused: Scores = np.minimum(meaning + WORDS_WEIGHT * covered, 1)  # rounded, a cosine may be above 1
    return fused


def supported(scores: Scores, documents: Positions) -> Scores:
    """Return each passage's score with a share of the second-best of its document, still between 0 and 1.

    `documents` are the numbers of the passages' documents. The order of passages within a document stays.
    """
    if not len(scores):
        return scores
    ascending = np.argsort(scores)
    of = documents[ascending]
    firsts = np.empty(documents.max() + 1, np.int64)
    firsts[of] = ascending  # of each document, what is written last stays: its best
    others = ascending[firsts[of] != ascending]
    seconds = np.zeros(len(firsts), np.float32)
    seconds[documents[others]] = scores[others]
    lifted = seconds[documents]
    lifted *= SUPPORT
    lifted += scores
    lifted /= 1 + SUPPORT
    return lifted


def alike(asked: Mapping[str, float], answered: Mapping[str, float]) -> float:
    """Return which share of two questions' words, each with its weight, is in both: 1 when they are the same."""
    whole = sum(asked.values()) + sum(answered.values())
    return 2 * sum(answered[word] for word in answered.keys() & asked.keys()) / whole if whole else 0.0


def looked_again(scores: Scores, carried: Scores, same: Scores) -> Scores:
    """Return the scores, still between 0 and 1, with what a closer look at the passages found.

    `carried` are the shares of the question's words that they carry, `same` how much of it is in the questions that
    they answer; of a passage that answers none in particular, what it carries.
    """
    again: Scores = carried * np.float32(CARRIED_WEIGHT)
    again += same * np.float32(ALIKE_WEIGHT)
    again += scores
    again /= 1 + CARRIED_WEIGHT + ALIKE_WEIGHT
    return again


def best(scores: Scores, limit: int) -> Positions:
    """Return the positions of the `limit` highest scores above zero, the highest first; of equals, the earlier."""
    if limit < len(scores):
        lowest = np.partition(scores, -limit)[-limit]
        positions = np.flatnonzero((scores >= lowest) & (scores > 0))
    else:
        positions = np.flatnonzero(scores > 0)
    return positions[np.argsort(-scores[positions], kind="stable")][:limit].astype(np.int64)


def answerable(passages: Sequence[Passage]) -> bool:
    """Whether the best of the passages found fits well enough to answer from."""
    return bool(passages) and passages[0].score >= ANSWERABLE_SCORE
