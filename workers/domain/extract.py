"""Finds the statements of the best passages that answer a question, for quoting them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Final

from workers.domain.fitting import NOWHERE, Candidate, Nearness, candidates_for
from workers.domain.passage import Passage
from workers.domain.statements import Kind, Statement

MOST_STATEMENTS: Final = 4  # a table leaves room for one
MOST_ITEMS: Final = 8  # a list of steps is told whole
MOST_ROWS: Final = 12  # and a small table
MOST_CHARACTERS: Final = 900
MOSTLY: Final = 0.75
CLOSE_TO_BEST: Final = 0.7  # of the best score: worth quoting too

# "No, we treat people only. A vet nearby treats dogs."; not "No. 5 is our oldest shop", nor "No-shows pay in full."
OPENING: Final = re.compile(
    r"\W*(?:yes|no|sí|ja|nein|oui|si|non)\b[*_]*(?:\s?[.,;:!](?!\s*\d)|\s*[\u2013\u2014]|\s-)", re.IGNORECASE
)

Telling = tuple[Candidate, ...]
"""What is told together: one statement, or the rows of a table that match the question."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Statements of one passage, in its order."""

    number: int
    """The passage's, as it is cited."""
    statements: tuple[Statement, ...]
    cut_after: frozenset[Statement] = frozenset()
    """Rows after which more of their table would be told, had there been room."""


def quotes_for(
    question: str, passages: Sequence[Passage], language: str = "en", *, worded: str = "", near: Nearness = NOWHERE
) -> list[Quote]:
    """Return what to quote in answer to a question, the best passage's first; empty when no passage says a thing.

    `worded` is the question as the documents would word it, if they would do so in other words; `near` tells how near
    to it the passages' headings and statements are, where that is known.
    """
    candidates = candidates_for(question, passages, language, worded, near)
    if not candidates:
        return []
    best = max(candidates, key=lambda candidate: (candidate.score, -candidate.number, -candidate.position))
    chosen, cut_after = _chosen(_tellings(candidates, best))
    told = sorted(
        chosen.union(_openings(chosen, candidates)),
        key=lambda candidate: (candidate.number != best.number, candidate.place),
    )
    return [
        Quote(number, tuple(candidate.statement for candidate in group), cut_after)
        for number, group in groupby(told, key=lambda candidate: candidate.number)
    ]


def _tellings(candidates: Sequence[Candidate], best: Candidate) -> list[Telling]:
    """Return what is worth telling, first what goes with the best statement, then the others that are close to it."""
    floor = best.score * CLOSE_TO_BEST
    tellings: list[Telling] = []
    for _, group in groupby(candidates, key=_table_or_place):
        together = tuple(group)
        if together[0].statement.kind is Kind.ROW:
            together = _matching(together, floor)
        if together and (_goes_with(together, best) or _score(together) >= floor):
            tellings.append(together)
    return sorted(tellings, key=lambda telling: (not _goes_with(telling, best), -_score(telling), telling[0].place))


def _table_or_place(candidate: Candidate) -> tuple[int, int, bool]:
    is_row = candidate.statement.kind is Kind.ROW
    return candidate.number, candidate.statement.block if is_row else candidate.position, is_row


def _score(telling: Telling) -> float:
    return max(candidate.score for candidate in telling)


def _matching(rows: Telling, floor: float) -> Telling:
    """Return the different rows of a table that are worth telling; all of them when they match the question alike.

    A row gives way to another that has all of its words of the question and more.
    """
    best: dict[frozenset[str], float] = {}
    for row in rows:
        best[row.asked] = max(row.score, best.get(row.asked, 0.0))
    matching = {asked for asked, score in best.items() if score >= floor and not any(asked < other for other in best)}
    different = {row.statement.text: row for row in reversed(rows) if row.asked in matching}
    return tuple(reversed(different.values()))


def _goes_with(telling: Telling, best: Candidate) -> bool:
    """Whether it has the best statement, the sentence after it in its paragraph, or more of its introduced list."""
    if best in telling:
        return True
    first = telling[0]
    if first.number != best.number or first.statement.block != best.statement.block:
        return False
    if best.statement.kind is Kind.SENTENCE:
        return first.position == best.position + 1
    return bool(best.statement.lead)


def _chosen(tellings: Sequence[Telling]) -> tuple[set[Candidate], frozenset[Statement]]:
    """Return what is told within the limits, and the rows after which a table is cut."""
    chosen: list[Telling] = []
    cut_after: set[Statement] = set()
    taken, room = 0, MOST_CHARACTERS
    for telling in tellings:
        limit = MOST_ITEMS if telling[0].statement.kind is Kind.ITEM else MOST_STATEMENTS
        fitting = _fitting(telling, room) or (() if chosen else telling[:1])
        if taken >= limit or not fitting or _is_told(telling, chosen):
            continue
        if len(fitting) < len(telling):
            cut_after.add(fitting[-1].statement)
        taken += min(len(fitting), MOST_STATEMENTS - 1)
        room -= sum(len(candidate.statement.text) for candidate in fitting)
        chosen.append(fitting)
    return {candidate for telling in chosen for candidate in telling}, frozenset(cut_after)


def _fitting(telling: Telling, room: int) -> Telling:
    """Return as many of its first as there is room for."""
    ends = accumulate(len(candidate.statement.text) for candidate in telling)
    return telling[: min(MOST_ROWS, sum(end <= room for end in ends))]


def _is_told(telling: Telling, chosen: Sequence[Telling]) -> bool:
    told = [candidate for some in chosen for candidate in some]
    return all(any(_repeats(candidate, other) for other in told) for candidate in telling)


def _repeats(candidate: Candidate, told: Candidate) -> bool:
    """Whether most of what it says was told: policies and FAQs say the same in nearly the same words.

    Rows of tables differ by a figure, and sentences without a word of meaning say nothing of each other.
    """
    if candidate.statement.kind is told.statement.kind is Kind.ROW:
        return candidate.statement.text == told.statement.text
    shorter = min(len(candidate.words), len(told.words))
    return shorter > 0 and len(candidate.words & told.words) >= MOSTLY * shorter


def _openings(chosen: set[Candidate], candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """Yield the Yes or No that the passages of what was chosen begin with: what follows is said in its light."""
    numbers = {candidate.number for candidate in chosen}
    for candidate in candidates:
        if candidate.position == 0 and candidate.number in numbers and OPENING.match(candidate.statement.text):
            yield candidate
