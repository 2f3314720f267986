"""Reads what a word processor wrote: headings by their style, paragraphs, lists, tables."""

import re
from typing import Final

import docx
from docx.table import Table, _Row
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph

from workers.kb.readers.archive import opened
from workers.kb.readers.pipes import pipe_table
from workers.kb.readers.reading import Reading, literal, one_line

HEADING: Final = re.compile(r"heading ([1-6])$", re.IGNORECASE)


def read(content: bytes) -> Reading:
    """Read the body in order. Raises Unreadable and python-docx's errors."""
    document = docx.Document(opened(content))
    blocks = [
        _table(block) if isinstance(block, Table) else _paragraph(block) for block in document.iter_inner_content()
    ]
    return Reading(text=_joined([block for block in blocks if block]), title=one_line(document.core_properties.title))


def _joined(blocks: list[str]) -> str:
    """Return the blocks with a blank line between them, but none within a list."""
    text = ""
    for block in blocks:
        apart = "\n" if block.startswith("- ") and text.rpartition("\n")[2].startswith("- ") else "\n\n"
        text += apart + block if text else block
    return text


def _paragraph(paragraph: Paragraph) -> str:
    words = "".join(
        _link(part) if isinstance(part, Hyperlink) else part.text for part in paragraph.iter_inner_content()
    ).strip()
    style = (paragraph.style.name if paragraph.style else None) or ""
    if not words:
        return ""
    if style == "Title":
        return f"# {one_line(words)}"
    if found := HEADING.match(style):
        return f"{'#' * int(found[1])} {one_line(words)}"
    numbered = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None  # noqa: SLF001 - no public way to ask
    return f"- {one_line(words)}" if numbered or style.startswith("List") else literal(words)


def _link(link: Hyperlink) -> str:
    return f"[{link.text}]({link.url})" if link.url.startswith("https://") else link.text


def _table(table: Table) -> str:
    return pipe_table([_cells(row) for row in table.rows])


def _cells(row: _Row) -> list[str]:
    """Return the cells' words; a cell that spans columns comes once."""
    cells = {id(cell._tc): cell for cell in row.cells}  # noqa: SLF001 - what tells one cell from another
    return [cell.text for cell in cells.values()]
