"""Finds the statements of the best passages that answer a question, for quoting them."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from workers.domain.passage import Passage
from workers.domain.statements import Kind, Statement, statements
from workers.domain.words import stems

MOST_STATEMENTS: Final = 4
MOST_ITEMS: Final = 8  # a list of steps is told whole
MOST_CHARACTERS: Final = 900
HEADING_WEIGHT: Final = 0.6  # what the heading says, a statement below it says only in part
HEADING_ASKS: Final = 0.75  # of the question's weight in the heading: the passage is its answer, from its start on
ANSWER_BONUS: Final = 1.2
FADING: Final = 0.95  # from each statement of such a passage to the next
FIRST_BONUS: Final = 1.1  # documents say the main thing first
SUBJECT_BONUS: Final = 1.2  # a sentence begins with what it is about: renting a tent costs less than the tent does
FIGURE_BONUS: Final = 1.25
MOSTLY: Final = 0.75
CLOSE_TO_BEST: Final = 0.65  # of the best score: worth quoting too

ASKS_FOR_FIGURES: Final = re.compile(
    r"\b(?:how (?:much|many|long|old|often|big|high|far|heavy|late|early|soon)|when|what time|hours|price|cost|fee"
    r"|cu[aá]nt[oa]s?|cu[aá]ndo|precio|cuesta|horario|wie (?:viel|lange|hoch|alt|oft|weit|schwer)|wann|preis|kosten?"
    r"|kostet|öffnungszeiten|combien|quand|prix|coûte|horaires)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """Statements of one passage, in its order."""

    number: int
    """The passage's, as it is cited."""
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    statement: Statement
    number: int
    position: int
    subject: str
    """The first of its words that carries meaning; empty for none."""
    words: frozenset[str]
    heading: frozenset[str]
    passage_score: float
    score: float = 0.0

    @property
    def place(self) -> tuple[int, int]:
        return self.number, self.position


def quotes_for(question: str, passages: Sequence[Passage], language: str = "en") -> list[Quote]:
    """Return what to quote in answer to a question, the best passage's first; empty only when no passage says a thing.

    A statement's score is the share of the question's words it has, rare words counting more (inverse document
    frequency among the candidates), times how well its passage fits; see the constants for the rest.
    """
    candidates = _candidates(passages, language)
    if not candidates:
        return []
    scores = _scores(question, candidates, language)
    best = max(candidates, key=lambda candidate: (scores[candidate.place], -candidate.number, -candidate.position))
    chosen = _chosen(candidates, scores, best)
    first = best.number
    ordered = sorted(chosen, key=lambda candidate: (candidate.number != first, candidate.place))
    return [
        Quote(number, tuple(candidate.statement for candidate in group))
        for number, group in groupby(ordered, key=lambda candidate: candidate.number)
    ]


def _candidates(passages: Sequence[Passage], language: str) -> list[_Candidate]:
    found = []
    for number, passage in enumerate(passages, start=1):
        heading = frozenset(stems(f"{passage.title} {passage.heading}", language))
        for position, statement in enumerate(statements(passage.text)):
            said = stems(f"{statement.lead} {statement.text}", language)
            subject = said[0] if said else ""
            found.append(_Candidate(statement, number, position, subject, frozenset(said), heading, passage.score))
    return found


def _scores(question: str, candidates: Sequence[_Candidate], language: str) -> dict[tuple[int, int], float]:
    weight = {word: _rarity(word, candidates) for word in set(stems(question, language))}
    figures = bool(ASKS_FOR_FIGURES.search(question))
    scores = {}
    for candidate in candidates:
        score = _share(candidate, weight) * (0.4 + 0.6 * candidate.passage_score)
        if candidate.position == 0:
            score *= FIRST_BONUS
        if candidate.subject in weight:
            score *= SUBJECT_BONUS
        if figures and any(character.isdigit() for character in candidate.statement.text):
            score *= FIGURE_BONUS
        scores[candidate.place] = score
    return scores


def _share(candidate: _Candidate, weight: Mapping[str, float]) -> float:
    """Return how much of the question's weight a statement has, by itself and by its heading."""
    own = sum(weight[word] for word in weight.keys() & candidate.words)
    above = sum(weight[word] for word in weight.keys() & candidate.heading)
    both = sum(weight[word] for word in weight.keys() & candidate.heading & candidate.words)
    share = own + HEADING_WEIGHT * (above - both)
    if above < HEADING_ASKS * sum(weight.values()):
        return share
    return max(share, ANSWER_BONUS * above * FADING**candidate.position)


def _rarity(word: str, candidates: Sequence[_Candidate]) -> float:
    having = sum(word in candidate.words or word in candidate.heading for candidate in candidates)
    return math.log(1 + len(candidates) / (1 + having))


def _chosen(
    candidates: Iterable[_Candidate], scores: dict[tuple[int, int], float], best: _Candidate
) -> list[_Candidate]:
    """Return the best statement, what goes with it, and the others that are close to it, within the limits."""
    floor = scores[best.place] * CLOSE_TO_BEST
    close = [candidate for candidate in candidates if scores[candidate.place] >= floor or _goes_with(candidate, best)]
    close.sort(key=lambda candidate: (not _goes_with(candidate, best), -scores[candidate.place], candidate.place))
    chosen: list[_Candidate] = []
    room = MOST_CHARACTERS
    for candidate in close:
        limit = MOST_ITEMS if candidate.statement.kind is Kind.ITEM else MOST_STATEMENTS
        length = len(candidate.statement.text)
        if chosen and (len(chosen) >= limit or length > room or any(_repeats(candidate, told) for told in chosen)):
            continue
        room -= length
        chosen.append(candidate)
    return chosen


def _repeats(candidate: _Candidate, told: _Candidate) -> bool:
    """Whether most of what it says was told: policies and FAQs say the same in nearly the same words."""
    shorter = min(len(candidate.words), len(told.words))
    return len(candidate.words & told.words) >= MOSTLY * shorter


def _goes_with(candidate: _Candidate, best: _Candidate) -> bool:
    """Whether it is the best statement, the sentence after it in its paragraph, or of the same introduced list."""
    if candidate.number != best.number or candidate.statement.block != best.statement.block:
        return False
    if best.statement.kind is Kind.SENTENCE:
        return candidate.position in (best.position, best.position + 1)
    return candidate.position == best.position or bool(best.statement.lead)
