"""Ranges in A1 notation, and the table that a range lies in."""

import re
from dataclasses import dataclass
from typing import Final

from tests.stubs.sheets_errors import Refused, invalid
from tests.stubs.sheets_grid import Book, Tab

CORNER: Final = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9]\d*)?")
TITLED: Final = re.compile(r"'((?:[^']|'')+)'(?:!(.+))?")
PLAIN_TITLE: Final = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Area:
    """A range on a tab, the ends exclusive, None where it is open."""

    tab: Tab
    top: int = 0
    left: int = 0
    bottom: int | None = None
    right: int | None = None

    @property
    def is_cell(self) -> bool:
        """Whether it is one cell, which says where to begin and not where to end."""
        return self.bottom == self.top + 1 and self.right == self.left + 1

    @property
    def last(self) -> tuple[int, int]:
        """Its ends, bounded by the grid."""
        rows, columns = self.tab.rows, self.tab.columns
        return min(self.bottom or rows, rows), min(self.right or columns, columns)

    @property
    def name(self) -> str:
        """The range in A1 notation, bounded by the grid."""
        return name_of(self.tab, self.top, self.left, *self.last)

    def must_begin_in_grid(self) -> None:
        """Raise Refused when it lies outside."""
        if self.top >= self.tab.rows or self.left >= self.tab.columns:
            raise outside(self.tab, name_of(self.tab, self.top, self.left, self.bottom, self.right))

    def must_lie_in_grid(self) -> None:
        """Raise Refused when a part of it lies outside."""
        self.must_begin_in_grid()
        if (self.bottom or 0) > self.tab.rows or (self.right or 0) > self.tab.columns:
            raise outside(self.tab, name_of(self.tab, self.top, self.left, self.bottom, self.right))


def outside(tab: Tab, name: str) -> Refused:
    """Refuse what lies outside of a tab's grid."""
    return invalid(f"Range ({name}) exceeds grid limits. Max rows: {tab.rows}, max columns: {tab.columns}")


def letters(column: int) -> str:
    """Return a column's name, A for 0."""
    name = ""
    while column >= 0:
        column, digit = divmod(column, 26)
        name, column = chr(65 + digit) + name, column - 1
    return name


def column_number(name: str) -> int:
    """Return the number of a column's name, 0 for A."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def parse(book: Book, text: str) -> Area:
    """Read a range; raise Refused when it is none or its tab has another name by now."""
    tab, cells = _tab_and_cells(book, text)
    if tab is None:
        raise invalid(f"Unable to parse range: {text}")
    if cells is None:
        return Area(tab)
    area = _area(tab, cells)
    if area is None:
        raise invalid(f"Unable to parse range: {text}")
    return area


def _tab_and_cells(book: Book, text: str) -> tuple[Tab | None, str | None]:
    if quoted := TITLED.fullmatch(text):
        return book.named(quoted[1].replace("''", "'")), quoted[2]
    title, mark, cells = text.rpartition("!")
    if mark:
        return book.named(title), cells
    if _area(book.tabs[0], text):  # a title that looks like a cell is one
        return book.tabs[0], text
    return book.named(text), None


def _area(tab: Tab, cells: str) -> Area | None:
    first, colon, second = cells.partition(":")
    start, end = CORNER.fullmatch(first), CORNER.fullmatch(second if colon else first)
    if not (first and start and end and (second or not colon)):
        return None
    if not colon and not (start[1] and start[2]):
        return None
    columns = [column_number(found[1]) if found[1] else None for found in (start, end)]
    rows = [int(found[2]) - 1 if found[2] else None for found in (start, end)]
    if (columns[0] is None) != (columns[1] is None) and (rows[0] is None) != (rows[1] is None):
        return None
    (top, bottom), (left, right) = _ordered(rows), _ordered(columns)
    return Area(tab, top, left, bottom, right)


def _ordered(ends: list[int | None]) -> tuple[int, int | None]:
    first, last = ends
    if first is not None and last is not None:
        return min(first, last), max(first, last) + 1
    return first or 0, None if last is None else last + 1


def name_of(tab: Tab, top: int, left: int, bottom: int | None = None, right: int | None = None) -> str:
    """Return a range in A1 notation, as answers write it: the title quoted only where it must be."""
    plain = PLAIN_TITLE.fullmatch(tab.title) and not _area(tab, tab.title)
    title = tab.title if plain else "'{}'".format(tab.title.replace("'", "''"))
    first = f"{letters(left)}{top + 1}"
    if bottom == top + 1 and right == left + 1:
        return f"{title}!{first}"
    last = (letters(right - 1) if right else "") + (str(bottom) if bottom else "")
    return f"{title}!{first}:{last}" if last else f"{title}!{first}"


def table_in(area: Area) -> Area | None:
    """Return the last table that has a part in the area: filled cells with nothing but empty ones around them.

    This is how Google finds where to append, and why it appends in the wrong column below a row that begins empty.
    """
    tab, (bottom, right) = area.tab, area.last
    for row in range(min(bottom, len(tab.cells)) - 1, area.top - 1, -1):
        if tab.filled(row, area.left, right):
            column = next(at for at in range(area.left, right) if tab.get(row, at) is not None)
            return _region(tab, row, column)
    around = [
        (row, column)
        for row in (area.top - 1, area.top, area.top + 1)
        for column in (area.left - 1, area.left, area.left + 1)
        if tab.get(row, column) is not None
    ]
    regions = [_region(tab, *cell) for cell in around]
    return next((one for one in regions if _holds(one, area.top, area.left)), None)


def _holds(area: Area, row: int, column: int) -> bool:
    bottom, right = area.last
    return area.top <= row < bottom and area.left <= column < right


def _region(tab: Tab, row: int, column: int) -> Area:
    top, left, bottom, right = row, column, row + 1, column + 1
    while True:
        before = top, left, bottom, right
        while tab.filled(top - 1, left - 1, right + 1):
            top -= 1
        while tab.filled(bottom, left - 1, right + 1):
            bottom += 1
        while left and any(tab.get(at, left - 1) is not None for at in range(top - 1, bottom + 1)):
            left -= 1
        while any(tab.get(at, right) is not None for at in range(top - 1, bottom + 1)):
            right += 1
        if before == (top, left, bottom, right):
            return Area(tab, top, left, bottom, right)
