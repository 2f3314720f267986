"""A tab as it was read: which row holds the headers, which columns are ours, which row is which lead's."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from workers.domain.sheet_cells import COLUMNS

KEY: Final = COLUMNS.index("lead_id")
BETWEEN_WORDS: Final = re.compile(r"[\s_-]+")

Rows = list[list[str]]
"""What a tab shows, from its first cell on; rows end where nothing follows."""


class Place(NamedTuple):
    """A cell, counted from 0."""

    row: int
    column: int


class Layout(NamedTuple):
    """Where our columns are."""

    header: int
    columns: tuple[int, ...]
    """By COLUMNS."""


class Flaw(NamedTuple):
    """Why nothing can be written."""

    missing: tuple[str, ...]
    """Our columns that have no header."""
    doubled: tuple[str, ...]
    """Our columns that have more than one."""


def layout_of(rows: Rows) -> Layout | Flaw | None:
    """Return where our columns are, by their headers; None when the tab is empty.

    People may have moved the headers: the row that has them all counts, or else the one that has most of them.
    """
    if not any(map(any, rows)):
        return None
    flaws = []
    for number, row in enumerate(rows):
        layout = _layout(number, row)
        if isinstance(layout, Layout):
            return layout
        flaws.append(layout)
    return min(flaws, key=lambda flaw: len(flaw.missing))


def _layout(number: int, row: Sequence[str]) -> Layout | Flaw:
    names = [_bare(cell) for cell in row]
    wanted = [_bare(name) for name in COLUMNS]
    found = Counter(names)
    missing = tuple(name for name, bare in zip(COLUMNS, wanted, strict=True) if not found[bare])
    doubled = tuple(name for name, bare in zip(COLUMNS, wanted, strict=True) if found[bare] > 1)
    if missing or doubled:
        return Flaw(missing, doubled)
    return Layout(number, tuple(map(names.index, wanted)))


def _bare(header: str) -> str:
    return BETWEEN_WORDS.sub("", header).casefold()


@dataclass(frozen=True)
class Tab:
    """What was read, and how to read it."""

    rows: Rows
    layout: Layout

    def cell(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else ""

    def managed(self, row: int) -> tuple[str, ...]:
        """Return our cells of a row, by COLUMNS."""
        return tuple(self.cell(row, column) for column in self.layout.columns)

    def own(self, row: int) -> dict[int, str]:
        """Return people's cells of a row, by their column; empty ones are left out."""
        return {column: text for column, text in enumerate(self.rows[row]) if text and column not in self._ours}

    def lead_id(self, row: int) -> int | None:
        """Return the lead whose number a row holds."""
        text = self.cell(row, self.layout.columns[KEY]).strip()
        return int(text) if text.isascii() and text.isdigit() else None

    def filled(self) -> Iterator[int]:
        """Yield the rows that hold anything, all but the headers'."""
        return (row for row, cells in enumerate(self.rows) if row != self.layout.header and any(cells))

    @cached_property
    def names(self) -> list[tuple[str, int]]:
        """What tells the columns apart, wherever they go: their headers, numbered where several are alike."""
        seen = Counter[str]()
        names = []
        for header in self.rows[self.layout.header] if self.rows else ():
            seen[header] += 1
            names.append((header, seen[header]))
        return names

    @property
    def below(self) -> Place:
        """The header that is furthest left: new rows go below the table that it heads."""
        return Place(self.layout.header, min(self.layout.columns))

    @cached_property
    def left(self) -> int:
        """The first column of that table, as Google sees it: everything around `below` up to empty rows and columns."""
        row, left = self.below
        top, bottom, right = row, row + 1, left + 1
        while True:
            before = top, left, bottom, right
            while self._any(top - 1, left - 1, right + 1):
                top -= 1
            while self._any(bottom, left - 1, right + 1):
                bottom += 1
            while left and any(self.cell(at, left - 1) for at in range(max(top - 1, 0), bottom + 1)):
                left -= 1
            while any(self.cell(at, right) for at in range(max(top - 1, 0), bottom + 1)):
                right += 1
            if before == (top, left, bottom, right):
                return left

    def line(self, cells: dict[int, str]) -> list[str | None]:
        """Return a new row for the table: ours and perhaps people's cells by their column, None for the others."""
        last = max(cells)
        return [cells.get(column) for column in range(self.left, last + 1)]

    def _any(self, row: int, left: int, right: int) -> bool:
        return 0 <= row < len(self.rows) and any(self.rows[row][max(left, 0) : right])

    @cached_property
    def _ours(self) -> frozenset[int]:
        return frozenset(self.layout.columns)


EMPTY: Final = Tab([], Layout(0, tuple(range(len(COLUMNS)))))
"""A tab without a cell, in which the headers will come first."""
