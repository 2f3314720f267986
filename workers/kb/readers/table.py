"""Tables of a spreadsheet as Markdown: questions with their answers, or records."""

from collections.abc import Iterable, Sequence
from typing import Final

from workers.kb.readers.reading import literal, one_line

QUESTION: Final = frozenset({"question", "questions", "frage", "fragen", "pregunta", "preguntas"})
ANSWER: Final = frozenset({"answer", "answers", "antwort", "antworten", "respuesta", "respuestas"})
FRENCH: Final = frozenset({"réponse", "réponses", "reponse", "reponses"})

Row = Sequence[str]


def as_markdown(rows: Iterable[Row]) -> str:
    """Return a table whose first row names the columns; empty rows are left out."""
    filled = [row for row in ([cell.replace("\r\n", "\n").strip() for cell in row] for row in rows) if any(row)]
    if not filled:
        return ""
    header = [one_line(name) for name in filled[0]]
    if len(filled) == 1:
        return literal("\n".join(name for name in header if name))
    asked, answered = _column(header, QUESTION), _column(header, ANSWER | FRENCH)
    if asked is None or answered is None:
        return "\n\n".join(_record(header, row) for row in filled[1:])
    return "\n\n".join(_entry(header, row, asked, answered) for row in filled[1:])


def _column(header: Row, names: frozenset[str]) -> int | None:
    return next((at for at, name in enumerate(header) if name.casefold() in names), None)


def _entry(header: Row, row: Row, asked: int, answered: int) -> str:
    """Return one question as a heading, with its answer and what else the row says."""
    question = one_line(row[asked]) if asked < len(row) else ""
    answer = literal(row[answered]) if answered < len(row) else ""
    others = [cell if at not in {asked, answered} else "" for at, cell in enumerate(row)]
    parts = [answer, _record(header, others)]
    if question:
        parts.insert(0, f"## {question if question.endswith(('?', '.', '!')) else question + '?'}")
    return "\n\n".join(part for part in parts if part)


def _record(header: Row, row: Row) -> str:
    """Return the row's filled cells as lines, each with its column's name."""
    names = [*header, *[""] * (len(row) - len(header))]
    lines = (f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell)
    return literal("\n".join(lines))
