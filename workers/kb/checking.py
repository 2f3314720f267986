"""Whether a release answers the golden questions well enough to be published."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.errors import PermanentError
from workers.kb.evaluation import Outcome, Totals, totals

LEAST_HIT_AT_3: Final = 0.7
MOST_REFUSED: Final = 0.2  # of the questions that the documents answer
MOST_BROKEN: Final = 0.05  # of the questions that were right in the current release; fewer may be chance, …
FEWEST_BROKEN: Final = 3  # … and so may be one or two of few
NAMED: Final = 10


class AnswersWorse(PermanentError):
    """A release answers the golden questions too badly to be published."""

    code = "kb_answers_worse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a release did, and what speaks against it."""

    totals: Totals
    failings: tuple[str, ...]
    """Sentences; none when it may be published."""

    @property
    def passed(self) -> bool:
        """Whether it may be published."""
        return not self.failings


def judge(outcomes: Sequence[Outcome], before: Sequence[Outcome] = ()) -> Verdict:
    """Return the verdict on a release by what became of the questions in it, and in the current one `before`."""
    measured = totals(outcomes)
    failings = [*_below(outcomes, measured), *_worse(outcomes, before)]
    return Verdict(measured, tuple(failings))


def _below(outcomes: Sequence[Outcome], measured: Totals) -> list[str]:
    failings = []
    if measured.hit_at_3 is not None and measured.hit_at_3 < LEAST_HIT_AT_3:
        missed = [outcome for outcome in outcomes if outcome.is_answerable and not outcome.is_hit(3)]
        failings.append(
            f"Of the questions that the documents answer, {measured.hit_at_3:.0%} find their document among the first "
            f"three; {LEAST_HIT_AT_3:.0%} must. Not found: {named(missed)}"
        )
    answerable = [outcome for outcome in outcomes if outcome.is_answerable]
    refused = [outcome for outcome in answerable if outcome.abstained]
    if len(refused) > MOST_REFUSED * len(answerable):
        failings.append(
            f"{len(refused)} of {len(answerable)} questions that the documents answer would get no answer; "
            f"{MOST_REFUSED:.0%} may. Refused: {named(refused)}"
        )
    return failings


def _worse(outcomes: Sequence[Outcome], before: Sequence[Outcome]) -> list[str]:
    right = {outcome.row.line for outcome in before if outcome.is_right}
    wrong_before = {outcome.row.line for outcome in before} - right
    broken = [outcome for outcome in outcomes if outcome.row.line in right and not outcome.is_right]
    mended = sum(outcome.row.line in wrong_before and outcome.is_right for outcome in outcomes)
    lost = len(broken) - mended
    if lost < FEWEST_BROKEN or lost <= MOST_BROKEN * len(right):
        return []
    told = f"{len(broken)} questions that the current release answers rightly are wrong, {mended} the other way round."
    return [f"{told} Broken: {named(broken)}"]


def named(outcomes: Sequence[Outcome]) -> str:
    """Return the questions in words, the first few of many."""
    told = [f"\n  line {outcome.row.line}: {outcome.row.question}" for outcome in outcomes[:NAMED]]
    more = f"\n  and {len(outcomes) - NAMED} more" if len(outcomes) > NAMED else ""
    return "".join(told) + more
