"""Reads tables of values between commas, semicolons or tabs."""

import csv
import io

from workers.kb.readers.encoding import decode
from workers.kb.readers.reading import Reading
from workers.kb.readers.table import as_markdown

LOOKED_AT = 65_536  # characters, to find out what stands between the values


def read(content: bytes) -> Reading:
    """Read a table. Raises Unreadable and csv.Error."""
    text = decode(content)
    csv.field_size_limit(len(text) + 1)
    return Reading(text=as_markdown(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))))


def _delimiter(text: str) -> str:
    """Return the mark that parts most names in the first line."""
    first = text[:LOOKED_AT].lstrip().partition("\n")[0]
    return max(",;\t|", key=first.count)
