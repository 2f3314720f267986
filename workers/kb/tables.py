"""Markdown's tables, which are kept whole or split between their rows."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

TABLE_CAPACITY: Final = 2_000  # characters: up to here, a table is one passage
ROWS_CAPACITY: Final = 900  # characters of each part of a longer one, its header included
LONGEST_ROW: Final = 2_000  # characters: a longer one is prose in a frame

RULE: Final = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")


def tables_apart(text: str) -> Iterator[str]:
    """Yield the text's tables and what stands between them, in order."""
    for _, lines in groupby(text.split("\n"), key=lambda line: line.lstrip().startswith("|")):
        if part := "\n".join(lines).strip():
            yield part


def table_pieces(text: str) -> list[str]:
    """Return a table whole, or in parts that each repeat its header; empty for what is no table, or too broad."""
    lines = text.split("\n")
    if len(lines) < 2 or not lines[0].lstrip().startswith("|") or not RULE.match(lines[1]):  # noqa: PLR2004 - header, rule
        return []
    if len(text) <= TABLE_CAPACITY:
        return [text]
    header, rows = "\n".join(lines[:2]), lines[2:]
    if len(header) + max(map(len, rows)) > LONGEST_ROW:
        return []
    return ["\n".join([header, *part]) for part in _parts(rows, ROWS_CAPACITY - len(header))]


def _parts(rows: list[str], room: int) -> Iterator[list[str]]:
    """Yield the rows in runs that fit the room; one that does not fit stands alone."""
    part: list[str] = []
    for row in rows:
        if part and sum(map(len, part)) + len(part) + len(row) > room:
            yield part
            part = []
        part.append(row)
    yield part
