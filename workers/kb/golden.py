"""Questions of which it is known which documents answer them, a row of JSON each."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from shared.errors import PermanentError
from workers.domain.followup import search_query
from workers.domain.passage import Passage
from workers.domain.prompt import PastTurn
from workers.kb.disk import replace_text

GOLDEN: Final = "golden.jsonl"
GENERATED: Final = "generated"
OTHER: Final = "other"


class RowsUnusable(PermanentError):
    """A file of questions can't be read, or one of its rows is not what it should be."""

    code = "rows_unusable"


class Said(msgspec.Struct):
    """Something that was said before the question."""

    role: str
    content: str


class Row(msgspec.Struct):
    """A question, and the documents that answer it."""

    question: str
    expected: list[str]
    """Names of documents, with their folders or without; none when the desk is to say that it does not know."""
    history: list[Said | str] | None = None
    """What was said before, oldest first; what is only a text is an earlier question."""
    kind: str = OTHER
    must_say: list[str] | None = None
    line: int = 0
    """Where it stands in its file."""

    @property
    def query(self) -> str:
        """What a turn would search for."""
        return search_query(self.told_before(), self.question)

    def expects(self, source: str) -> bool:
        """Whether a document is among those that answer it."""
        return any(is_called(source, name) for name in self.expected)

    def told_before(self) -> list[PastTurn]:
        """Return what was said before, as turns."""
        turns = list[PastTurn]()
        for said in self.history or []:
            if isinstance(said, str):
                turns.append(PastTurn(said, ""))
            elif said.role == "user":
                turns.append(PastTurn(said.content, ""))
            elif turns:
                turns[-1] = PastTurn(turns[-1].question, said.content)
        return turns


@dataclass(frozen=True, slots=True)
class Golden:
    """The golden questions that can be asked, and what is wrong with the others."""

    rows: tuple[Row, ...]
    gone: tuple[str, ...]
    """Rows of which every document is gone, as sentences."""


def is_called(source: str, name: str) -> bool:
    """Whether a document goes by this name: `policies/refunds.md` does by itself and by `refunds.md`."""
    plain = name.replace("\\", "/").removeprefix("./").strip("/")
    return source == plain or source.endswith(f"/{plain}")


def read_rows(path: Path) -> list[Row]:
    """Read a file of questions; empty lines are no rows. Raises RowsUnusable, which names the line."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise RowsUnusable(f"{path} can't be read ({error.strerror}).") from error
    rows = [_row(path, number, line) for number, line in enumerate(lines, 1) if line.strip(b"\xef\xbb\xbf \t\r")]
    if not rows:
        raise RowsUnusable(f"{path} has no questions. Write one a line: {_example()}")
    return rows


def read_golden(kb_dir: Path, sources: Collection[str]) -> Golden | None:
    """Read the golden questions of these documents, None where there is no file of them. Raises RowsUnusable."""
    path = kb_dir / GOLDEN
    if not path.is_file():
        return None
    rows, gone = list[Row](), list[str]()
    for row in read_rows(path):
        missing = [name for name in row.expected if not any(is_called(source, name) for source in sources)]
        if missing:
            gone.append(f"line {row.line} expects {', '.join(missing)}, which is not there.")
        if not missing or len(missing) < len(row.expected):
            rows.append(row)
    return Golden(tuple(rows), tuple(gone))


def add_generated(kb_dir: Path, passages: Sequence[Passage]) -> int:
    """Add a question for every entry and heading that has none yet to the golden file, and return how many.

    Rows that are there stay as they are, letter by letter. Raises RowsUnusable and OSError.
    """
    path = kb_dir / GOLDEN
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    known = {row.question.casefold() for row in read_rows(path)} if before.strip() else set()
    added = [line for question, line in _generated(passages).items() if question.casefold() not in known]
    if added:
        joint = "" if not before or before.endswith("\n") else "\n"
        replace_text(path, before + joint + "".join(f"{line}\n" for line in added))
    return len(added)


def _generated(passages: Iterable[Passage]) -> dict[str, str]:
    expected: dict[str, list[str]] = {}
    for passage in passages:
        sources = expected.setdefault(_question_for(passage), [])
        if passage.source not in sources:
            sources.append(passage.source)
    return {
        question: json.dumps({"question": question, "expected": sources, "kind": GENERATED}, ensure_ascii=False)
        for question, sources in expected.items()
    }


def _question_for(passage: Passage) -> str:
    heading = passage.own_heading
    return passage.question or (f"{passage.title}: {heading}?" if heading else f"{passage.title}?")


def _row(path: Path, number: int, line: bytes) -> Row:
    try:
        row = msgspec.json.decode(line.strip(b"\xef\xbb\xbf \t\r"), type=Row)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RowsUnusable(f"{path}, line {number}: {error}. A row looks like {_example()}") from error
    if not row.question.strip():
        raise RowsUnusable(f"{path}, line {number}: the question is empty.")
    return msgspec.structs.replace(row, line=number)


def _example() -> str:
    example: dict[str, Any] = {"question": "How do refunds work?", "expected": ["refunds.md"]}
    return json.dumps(example)
