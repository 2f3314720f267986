"""A table as Markdown writes it, between pipes."""

from collections.abc import Sequence

from workers.kb.readers.reading import one_line


def pipe_table(rows: Sequence[Sequence[str]]) -> str:
    """Return the table; its first row is the header, and rows that are too short are filled up."""
    filled = [row for row in ([one_line(cell).replace("|", "\\|") for cell in row] for row in rows) if any(row)]
    if not filled:
        return ""
    width = max(map(len, filled))
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in filled]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])
