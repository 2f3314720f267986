"""The chat model that needs no model: it quotes the documents, says so, and admits when they do not tell."""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import Final

from shared.vocabulary import FinishReason
from workers.domain.extract import Quote, quotes_for
from workers.domain.followup import search_query
from workers.domain.prompt import Prompt
from workers.domain.statements import Kind, Statement
from workers.domain.words import language_of
from workers.ports import Finish


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said around the quotes, in one language."""

    found: str
    unknown: str
    more: str
    """That a table is quoted in part."""
    opening_quote: str
    closing_quote: str


WORDINGS: Final = {
    "en": Wording(
        "From our documents:",
        "I couldn't find an answer to that in our documents. You can ask it in other words, "
        "or leave your contact details and a person will get back to you.",
        "the table has more rows",
        "\u201c",
        "\u201d",
    ),
    "es": Wording(
        "De nuestros documentos:",
        "No he encontrado la respuesta en nuestros documentos. Puede preguntarlo con otras palabras "
        "o dejar sus datos de contacto para que una persona le responda.",
        "la tabla tiene más filas",
        "\u00ab",
        "\u00bb",
    ),
    "de": Wording(
        "Aus unseren Unterlagen:",
        "Dazu habe ich in unseren Unterlagen nichts gefunden. Sie können anders fragen "
        "oder Ihre Kontaktdaten hinterlassen, dann meldet sich jemand bei Ihnen.",
        "die Tabelle hat weitere Zeilen",
        "\u201e",
        "\u201c",
    ),
    "fr": Wording(
        "Voici ce que disent nos documents :",
        "Je n'ai pas trouvé la réponse dans nos documents. Vous pouvez poser la question autrement "
        "ou laisser vos coordonnées pour qu'une personne vous réponde.",
        "le tableau compte d'autres lignes",
        "\u00ab\u202f",
        "\u202f\u00bb",
    ),
}


class OfflineChat:
    """Implements `workers.ports.ChatModel` without a network."""

    name = "offline"

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Finish]:
        """Yield the answer sentence by sentence, and a Finish without usage last. Raises nothing."""
        for piece in answer_from(prompt):
            yield piece
        yield Finish(FinishReason.STOP, self.name)


def answer_from(prompt: Prompt) -> Iterator[str]:
    """Yield the answer in pieces; joined they are Markdown. Nothing is quoted that does not answer the question."""
    language = language_of(prompt.locale)
    wording = WORDINGS.get(language, WORDINGS["en"])
    question = search_query(prompt.history, prompt.question)
    quotes = quotes_for(question, prompt.passages, language) if prompt.answerable else []
    if not quotes:
        yield wording.unknown
        return
    yield wording.found
    for quote in quotes:
        yield from _told(quote, wording)


def _told(quote: Quote, wording: Wording) -> Iterator[str]:
    """Yield a passage's quote: sentences as one paragraph, items and rows as a list."""
    before: Statement | None = None
    for index, statement in enumerate(quote.statements):
        last = index + 1 == len(quote.statements)
        following = None if last else quote.statements[index + 1]
        yield _joint(before, statement, wording) + statement.text + _mark(statement, following, quote.number, wording)
        if statement in quote.cut_after:
            yield f"\n- \u2026 {wording.more}"
        before = statement


def _joint(before: Statement | None, statement: Statement, wording: Wording) -> str:
    """Return what stands before a statement."""
    if statement.kind is Kind.SENTENCE:
        return " " if _continues(before, statement) else f"\n\n{wording.opening_quote}"
    if before is not None and _is_listed(before) and before.block == statement.block:
        return "\n- "
    return f"\n\n{statement.lead}\n\n- " if statement.lead else "\n\n- "


def _mark(statement: Statement, following: Statement | None, number: int, wording: Wording) -> str:
    """Return what stands behind a statement."""
    if _is_listed(statement):
        return f" [{number}]"
    return "" if following and _continues(statement, following) else f"{wording.closing_quote} [{number}]"


def _continues(before: Statement | None, statement: Statement) -> bool:
    """Whether two sentences are told in one paragraph."""
    return before is not None and before.kind is statement.kind is Kind.SENTENCE and before.block == statement.block


def _is_listed(statement: Statement) -> bool:
    return statement.kind is not Kind.SENTENCE
