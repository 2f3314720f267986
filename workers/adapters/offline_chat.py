"""The chat model that needs no model: it quotes the documents, says so, and admits when they do not tell."""

from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import repeat
from textwrap import shorten
from typing import Final

from shared.vocabulary import FinishReason
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.domain.extract import Quote, quotes_for
from workers.domain.fitting import NOWHERE, Nearness, compared
from workers.domain.followup import search_query
from workers.domain.passage import Part
from workers.domain.prompt import Prompt
from workers.domain.quoted import plain
from workers.domain.statements import Kind, Statement
from workers.domain.texts import QUOTING, Quoting
from workers.domain.words import language_of
from workers.ports import Finish

LONGEST_NAMED: Final = 100  # of a question that is said to have no answer


class OfflineChat:
    """Implements `workers.ports.ChatModel` without a network.

    By `embeddings`, which need none either, it tells what is nearest in meaning, whatever a release is searched by.
    """

    name = "offline"

    def __init__(self, embeddings: BundledEmbeddings) -> None:
        self._embeddings = embeddings

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Finish]:
        """Yield the answer sentence by sentence, and a Finish without usage last. Raises nothing."""
        near = [await self._nearness(part) for part in _parts(prompt)]
        for piece in answer_from(prompt, near):
            yield piece
        yield Finish(FinishReason.STOP, self.name)

    async def aclose(self) -> None:
        """Do nothing: nothing is held."""

    async def _nearness(self, part: Part) -> Nearness:
        """Return how near to a question the headings and statements are that it may be answered with."""
        if not part.answerable:
            return NOWHERE
        texts = compared(part.passages.values())
        asked, *vectors = await self._embeddings.embed([part.worded or part.query, *texts])
        return {text: float(vector @ asked) for text, vector in zip(texts, vectors, strict=True)}


def answer_from(prompt: Prompt, near: Sequence[Nearness] = ()) -> Iterator[str]:
    """Yield the answer in pieces; joined they are Markdown. Nothing is quoted that does not answer the question.

    Of several questions each is answered in its turn, and those without an answer are named at the end. `near` tells,
    for each of them in turn, what is near to it in meaning; without it, words alone decide what is quoted.
    """
    language = language_of(prompt.locale)
    wording = QUOTING.get(language, QUOTING["en"])
    parts = _parts(prompt)
    answers = [_quotes(part, language, of) for part, of in zip(parts, near or repeat(NOWHERE), strict=False)]
    if not any(answers):
        yield wording.unknown
        return
    yield wording.found
    told = set[str]()
    for quotes in answers:
        for quote in _untold(quotes, frozenset(told)):
            yield from _told(quote, wording)
        told.update(statement.text for quote in quotes for statement in quote.statements)
    for part, quotes in zip(parts, answers, strict=True):
        if not quotes:
            yield f"\n\n{_unknown(part.question, wording)}"


def _parts(prompt: Prompt) -> Sequence[Part]:
    """Return the questions of a prompt, be it one."""
    if prompt.parts:
        return prompt.parts
    query = search_query(prompt.history, prompt.question)
    passages = dict(enumerate(prompt.passages, start=1))
    return [Part(prompt.question, query, passages, prompt.answerable, prompt.worded)]


def _quotes(part: Part, language: str, near: Nearness) -> list[Quote]:
    """Return what answers a question, by the numbers of all passages."""
    if not part.answerable:
        return []
    numbers = list(part.passages)
    quotes = quotes_for(part.query, list(part.passages.values()), language, worded=part.worded, near=near)
    return [replace(quote, number=numbers[quote.number - 1]) for quote in quotes]


def _untold(quotes: list[Quote], told: Collection[str]) -> Iterator[Quote]:
    """Yield of the quotes what was not told in answer to a question before."""
    for quote in quotes:
        statements = tuple(statement for statement in quote.statements if statement.text not in told)
        if statements:
            yield replace(quote, statements=statements)


def _unknown(question: str, wording: Quoting) -> str:
    named = shorten(plain(question), LONGEST_NAMED, placeholder="\u2026")
    return wording.unknown_part.format(question=f"{wording.opening_quote}{named}{wording.closing_quote}")


def _told(quote: Quote, wording: Quoting) -> Iterator[str]:
    """Yield a passage's quote: sentences as one paragraph, items and rows as a list."""
    before: Statement | None = None
    for index, statement in enumerate(quote.statements):
        last = index + 1 == len(quote.statements)
        following = None if last else quote.statements[index + 1]
        yield _joint(before, statement, wording) + statement.text + _mark(statement, following, quote.number, wording)
        if statement in quote.cut_after:
            yield f"\n- \u2026 {wording.more}"
        before = statement


def _joint(before: Statement | None, statement: Statement, wording: Quoting) -> str:
    """Return what stands before a statement."""
    if statement.kind is Kind.SENTENCE:
        return " " if _continues(before, statement) else f"\n\n{wording.opening_quote}"
    if before is not None and _is_listed(before) and before.block == statement.block:
        return "\n- "
    return f"\n\n{statement.lead}\n\n- " if statement.lead else "\n\n- "


def _mark(statement: Statement, following: Statement | None, number: int, wording: Quoting) -> str:
    """Return what stands behind a statement."""
    if _is_listed(statement):
        return f" [{number}]"
    return "" if following and _continues(statement, following) else f"{wording.closing_quote} [{number}]"


def _continues(before: Statement | None, statement: Statement) -> bool:
    """Whether two sentences are told in one paragraph."""
    return before is not None and before.kind is statement.kind is Kind.SENTENCE and before.block == statement.block


def _is_listed(statement: Statement) -> bool:
    return statement.kind is not Kind.SENTENCE
