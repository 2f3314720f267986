"""Reads the sheets of a workbook: what the cells show, never their formulas."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import openpyxl

from workers.kb.readers.archive import opened
from workers.kb.readers.reading import Reading, one_line
from workers.kb.readers.table import as_markdown


def read(content: bytes) -> Reading:
    """Read every sheet, under its name when there are several. Raises Unreadable and openpyxl's errors."""
    book = openpyxl.load_workbook(opened(content), read_only=True, data_only=True)
    sheets = [(one_line(sheet.title), as_markdown(_rows(sheet))) for sheet in book.worksheets]
    filled = [(name, text) for name, text in sheets if text]
    texts = [f"# {name}\n\n{text}" for name, text in filled] if len(filled) > 1 else [text for _, text in filled]
    return Reading(text="\n\n".join(texts), title=one_line(book.properties.title or ""))


def _rows(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # a size that the file only claims would be filled with empty cells
    for row in sheet.iter_rows(values_only=True):
        yield [_shown(value) for value in row]


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
