"""How well each statement of some passages fits a question."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from workers.domain.answer_kinds import kind_headed, kinds_told
from workers.domain.evidence import MONEY_TOLD, PRICE_ASKED
from workers.domain.passage import Passage
from workers.domain.statements import Kind, Statement, statements
from workers.domain.words import content_words, stems

LEAST_FIT: Final = 0.1  # how well a passage fits that the search gives nothing
HEADING_WEIGHT: Final = 0.6  # what the heading says, a statement below it says only in part
HEADING_ASKS: Final = 0.75  # of the question's weight in the heading: the passage is its answer, from its start on
ANSWER_BONUS: Final = 1.2
FADING: Final = 0.95  # from each statement of such a passage to the next
FIRST_BONUS: Final = 1.1  # documents say the main thing first
SUBJECT_BONUS: Final = 1.2  # a sentence begins with what it is about: renting a tent costs less than the tent does
FIGURE_BONUS: Final = 1.25
# "Is it put together when it comes?" shares no word with "The bike arrives 95% assembled". Of 115 questions with known
# answers 73 were answered by words alone, 77 with this; with 0.2 and with 0.5, 75 and 73.
MEANING_WEIGHT: Final = 0.35
STATED: Final = 1_000  # passages of which what they state is kept: each is looked at twice, and many again
CHANCE: Final = 0.15  # as near are texts that have nothing to do with each other, or that are in two languages

ASKS_FOR_FIGURES: Final = re.compile(
    r"\b(?:how (?:much|many|long|old|often|big|high|far|heavy|late|early|soon)|when|what time|hours|price|cost|fee"
    r"|cu[aá]nt[oa]s?|cu[aá]ndo|precio|cuesta|horario|wie (?:viel|lange|hoch|alt|oft|weit|schwer)|wann|preis|kosten?"
    r"|kostet|öffnungszeiten|combien|quand|prix|coûte|horaires)\b",
    re.IGNORECASE,
)
# "How much" and "is" carry no meaning: what they ask for counts as a word, which every statement with an amount has.
AMOUNT: Final = "¤"
ASKS_FOR_AMOUNT: Final = re.compile(
    PRICE_ASKED + r"|\bhow much(?: for\b|\W*$)|\b(?:what|how much) (?:do|does|will|would) \w+ charge\b"
    r"|\b(?:wie ?viel )?kosten?t?\b|\bpreise\b|\bprecios\b",
    re.IGNORECASE,
)
TELLS_AMOUNT: Final = re.compile(
    MONEY_TOLD + r"|(?:^|; )[^:;]*\b(?:price|fee|cost|charge|rate|precio|tarifa|preis|kosten|prix|tarif)s?\b[^:;]*: ",
    re.IGNORECASE,
)


Nearness = Mapping[str, float]
"""How near in meaning texts are to a question: cosines of `compared` texts."""
NOWHERE: Final[Nearness] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that could be quoted."""

    statement: Statement
    number: int
    """Its passage's, as it is cited."""
    position: int
    words: frozenset[str]
    """Those that carry meaning, by their stems."""
    asked: frozenset[str]
    """Those of them that are the question's, too."""
    score: float

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among all of them."""
        return self.number, self.position


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement with its words."""

    statement: Statement
    depth: int
    """How many stand above it, a table counting as one: its rows stand side by side."""
    subject: str
    """What it begins with; empty for nothing."""
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Section:
    """A passage with its words."""

    source: str
    name: str
    """Its own heading; the document's title where it has none."""
    heading: frozenset[str]
    """Of its name."""
    above: frozenset[str]
    """Of the title and all headings down to it."""
    fit: float
    said: list[_Said]


def compared(passages: Iterable[Passage]) -> list[str]:
    """Return the texts of which to tell how near they are to a question, each once."""
    texts = dict[str, None]()
    for passage in passages:
        texts |= dict.fromkeys([_name(passage), *(said.text for said in _stated(passage.text))])
    return list(texts)


def candidates_for(
    question: str, passages: Sequence[Passage], language: str, worded: str = "", near: Nearness = NOWHERE
) -> list[Candidate]:
    """Return what the passages say, in their order, each with its score; `worded` and `near` as in `quotes_for`.

    That is the share of the question's words it has, rare words counting more (inverse document frequency among the
    candidates), and how near in meaning it is, by itself or by its heading, times how well its passage fits; see the
    constants for the rest.
    """
    sections = [_section(passage, language) for passage in passages]
    # Whether a figure is asked for, the visitor's words tell: "wie lange" is left out of what the documents would say.
    asked = _asked(worded or question, language) | _asked(question, language).intersection({AMOUNT})
    weight = _weights(asked, sections)
    whole = sum(weight.values()) or 1.0
    answering = _answering(weight, sections)
    figures = bool(ASKS_FOR_FIGURES.search(question))
    found = []
    for number, section in enumerate(sections, start=1):
        for position, said in enumerate(section.said):
            share = _share(weight, said, section, answers=number in answering) / whole
            told = (1 - MEANING_WEIGHT) * share + MEANING_WEIGHT * _nearness(near, said, section)
            score = told * section.fit * _bonus(weight, said, figures=figures)
            asked = said.words.intersection(weight)
            found.append(Candidate(said.statement, number, position, said.words, asked, score))
    return found


def _section(passage: Passage, language: str) -> _Section:
    name = _name(passage)
    kind = kind_headed(name)
    return _Section(
        passage.source,
        name,
        _asked(f"{name} {kind}", language),
        _asked(f"{passage.title} {passage.heading} {kind}", language),
        LEAST_FIT + (1 - LEAST_FIT) * passage.score,
        list(_said(passage.text, language)),
    )


def _name(passage: Passage) -> str:
    return passage.own_heading or passage.title


def _said(text: str, language: str) -> Iterator[_Said]:
    depth = -1
    table: int | None = None
    for statement in _stated(text):
        is_row = statement.kind is Kind.ROW
        depth += not is_row or statement.block != table
        table = statement.block if is_row else None
        said = stems(f"{statement.lead} {statement.text} {kinds_told(statement.text)}", language)
        subject = stems(_first_cell(statement.text), language) if is_row else said
        amount = {AMOUNT} if TELLS_AMOUNT.search(statement.text) else set[str]()
        yield _Said(statement, depth, subject[0] if subject else "", frozenset(amount.union(said)))


@lru_cache(maxsize=STATED)
def _stated(text: str) -> Sequence[Statement]:
    """Return what a passage states; what says nothing by itself, as "Yes." does, is one with the sentence after it."""
    found: list[Statement] = []
    for statement in statements(text):
        if found and found[-1].kind is statement.kind is Kind.SENTENCE and not content_words(found[-1].text):
            statement = replace(statement, text=f"{found.pop().text} {statement.text}")  # noqa: PLW2901
        found.append(statement)
    return tuple(found)


def _first_cell(row: str) -> str:
    """Return what a row is about, without its column's name."""
    return row.partition("; ")[0].rpartition(": ")[2]


def _asked(text: str, language: str) -> frozenset[str]:
    """Return the words of a question or a heading, with an amount where it asks for one."""
    text, amounts = ASKS_FOR_AMOUNT.subn(" ", text)
    return frozenset([*stems(text, language), *[AMOUNT][:amounts]])


def _weights(asked: Iterable[str], sections: Sequence[_Section]) -> dict[str, float]:
    """Return how much each word counts: the rarer among the candidates, the more."""
    having = [said.words | section.above for section in sections for said in section.said]
    return {word: math.log(1 + len(having) / (1 + sum(word in words for words in having))) for word in asked}


def _answering(weight: Mapping[str, float], sections: Sequence[_Section]) -> set[int]:
    """Return the numbers of the passages that answer by their heading.

    A title answers only where none of its document's headings does: not all of "Opening hours and parking" is about
    opening hours.
    """
    enough = HEADING_ASKS * sum(weight.values())
    numbered = list(enumerate(sections, start=1))
    by_heading = {number for number, section in numbered if _sum(weight, section.heading) >= enough}
    settled = {sections[number - 1].source for number in by_heading}
    return by_heading | {
        number
        for number, section in numbered
        if section.source not in settled and _sum(weight, section.above) >= enough
    }


def _share(weight: Mapping[str, float], said: _Said, section: _Section, *, answers: bool) -> float:
    """Return how much of the question's weight a statement has, by itself and by its heading."""
    above = _sum(weight, section.above)
    share = _sum(weight, said.words) + HEADING_WEIGHT * (above - _sum(weight, section.above & said.words))
    return max(share, ANSWER_BONUS * above * FADING**said.depth) if answers else share


def _nearness(near: Nearness, said: _Said, section: _Section) -> float:
    """Return how near a statement is, or what its heading asks, of which it tells the less the further down it is."""
    nearest = max(near.get(said.statement.text, 0.0), near.get(section.name, 0.0) * FADING**said.depth)
    return nearest if nearest >= CHANCE else 0.0


def _bonus(weight: Mapping[str, float], said: _Said, *, figures: bool) -> float:
    bonus = 1.0
    if said.depth == 0:
        bonus *= FIRST_BONUS
    if said.subject in weight:
        bonus *= SUBJECT_BONUS
    if figures and any(character.isdigit() for character in said.statement.text):
        bonus *= FIGURE_BONUS
    return bonus


def _sum(weight: Mapping[str, float], words: AbstractSet[str]) -> float:
    return sum(weight[word] for word in weight.keys() & words)
