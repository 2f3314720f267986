"""The chat model that needs no model: it quotes the documents, says so, and admits when they do not tell."""

from collections.abc import AsyncGenerator, Iterator

from shared.vocabulary import FinishReason
from workers.domain.extract import Quote, quotes_for
from workers.domain.followup import search_query
from workers.domain.prompt import Prompt
from workers.domain.statements import Kind, Statement
from workers.domain.texts import QUOTING, Quoting
from workers.domain.words import language_of
from workers.ports import Finish


class OfflineChat:
    """Implements `workers.ports.ChatModel` without a network."""

    name = "offline"

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Finish]:
        """Yield the answer sentence by sentence, and a Finish without usage last. Raises nothing."""
        for piece in answer_from(prompt):
            yield piece
        yield Finish(FinishReason.STOP, self.name)

    async def aclose(self) -> None:
        """Do nothing: nothing is held."""


def answer_from(prompt: Prompt) -> Iterator[str]:
    """Yield the answer in pieces; joined they are Markdown. Nothing is quoted that does not answer the question."""
    language = language_of(prompt.locale)
    wording = QUOTING.get(language, QUOTING["en"])
    question = search_query(prompt.history, prompt.question)
    quotes = quotes_for(question, prompt.passages, language) if prompt.answerable else []
    if not quotes:
        yield wording.unknown
        return
    yield wording.found
    for quote in quotes:
        yield from _told(quote, wording)


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
