"""Measures how well a release answers questions of which the answers are known."""

import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from workers.domain.evidence import LOOKED_AT
from workers.domain.passage import Found, Passage
from workers.kb.asking import found_for
from workers.kb.golden import Row
from workers.kb.manifest import GoldenScores
from workers.kb.release import Release
from workers.ports import Embeddings

PASSAGES_LOOKED_AT: Final = 50  # enough for the documents they come from to be ranked beyond the third
DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    row: Row
    place: int | None
    """The place of the first expected document among those found, from 1; None when it is not found, or none is."""
    found: tuple[str, ...]
    """The documents found, in the order of their best passages."""
    abstained: bool
    milliseconds: float
    tells: bool | None = None
    """Whether what must be said stands in the passages an answer is made from; None where that is not known."""

    @property
    def is_answerable(self) -> bool:
        """Whether some document answers the question."""
        return bool(self.row.expected)

    @property
    def is_right(self) -> bool:
        """Whether the desk does as it should: answers from the right documents, or says that it does not know."""
        return self.abstained is not self.is_answerable and (not self.is_answerable or self.is_hit(3))

    def is_hit(self, within: int) -> bool:
        """Whether an expected document is among the first so many."""
        return self.place is not None and self.place <= within


@dataclass(frozen=True, slots=True)
class Totals:
    """The measures over some questions; None where nothing was there to be measured."""

    questions: int
    hit_at_1: float | None
    hit_at_3: float | None
    mrr: float | None
    abstain_precision: float | None
    abstain_recall: float | None
    ms_p50: float | None


async def evaluate(release: Release, embeddings: Embeddings, rows: Sequence[Row]) -> list[Outcome]:
    """Ask a release every question as a turn would. Raises what the embeddings raise."""
    await embeddings.embed(["hello"])  # what loads with the first is no part of an answer's time
    return [await _ask(release, embeddings, row) for row in rows]


def totals(outcomes: Sequence[Outcome]) -> Totals:
    """Return the measures: hits and mean reciprocal rank over the answerable, by documents; and of abstaining."""
    answerable = [outcome for outcome in outcomes if outcome.is_answerable]
    abstained = [outcome for outcome in outcomes if outcome.abstained]
    rightly = sum(not outcome.is_answerable for outcome in abstained)
    times = [outcome.milliseconds for outcome in outcomes]
    return Totals(
        questions=len(outcomes),
        hit_at_1=_share(sum(outcome.is_hit(1) for outcome in answerable), len(answerable)),
        hit_at_3=_share(sum(outcome.is_hit(3) for outcome in answerable), len(answerable)),
        mrr=_share(sum(1 / outcome.place for outcome in answerable if outcome.place), len(answerable)),
        abstain_precision=_share(rightly, len(abstained)),
        abstain_recall=_share(rightly, len(outcomes) - len(answerable)),
        ms_p50=round(statistics.median(times), 3) if times else None,
    )


def golden_scores(outcomes: Sequence[Outcome]) -> GoldenScores:
    """Return the measures that a manifest keeps."""
    all_of = totals(outcomes)
    return GoldenScores(
        all_of.questions, all_of.hit_at_1, all_of.hit_at_3, all_of.abstain_precision, all_of.abstain_recall
    )


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, Totals]:
    """Return the measures of each kind of question, in the order of their first."""
    kinds = dict.fromkeys(outcome.row.kind for outcome in outcomes)
    return {kind: totals([outcome for outcome in outcomes if outcome.row.kind == kind]) for kind in kinds}


def worst(outcomes: Sequence[Outcome], limit: int) -> list[Outcome]:
    """Return what went wrong, the worst first: not found, found late, then answered or refused wrongly."""
    wrong = [outcome for outcome in outcomes if not outcome.is_right]
    return sorted(wrong, key=lambda outcome: -_badness(outcome))[:limit]


def _badness(outcome: Outcome) -> int:
    if not outcome.is_answerable:
        return 1
    return 1_000 if outcome.place is None else outcome.place


async def _ask(release: Release, embeddings: Embeddings, row: Row) -> Outcome:
    started = time.perf_counter()
    found = await found_for(row.question, row.told_before(), partial(find, release, embeddings))
    took = (time.perf_counter() - started) * 1_000
    sources = tuple(dict.fromkeys(passage.source for passage in found.passages))
    place = next((number for number, source in enumerate(sources, 1) if row.expects(source)), None)
    return Outcome(row, place, sources, not found.answerable, took, _tells(row, found.passages[:LOOKED_AT]))


def _tells(row: Row, passages: Sequence[Passage]) -> bool | None:
    if not row.must_say:
        return None
    text = " ".join(f"{passage.title} {passage.heading} {passage.text}" for passage in passages).casefold()
    return all(_stands_in(words.casefold(), text) for words in row.must_say)


def _stands_in(words: str, text: str) -> bool:
    """Whether words stand in a text, and not within a longer word or number: 20 does not stand in 2027."""
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\d)", text))


async def find(release: Release, embeddings: Embeddings, query: str) -> Found:
    """Search a release as a worker does. Raises what the embeddings raise."""
    vectors = await embeddings.embed([release.in_its_words(query)])
    return release.find(query, vectors[0], PASSAGES_LOOKED_AT)


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, DIGITS) if whole else None
