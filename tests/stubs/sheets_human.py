"""A human who works in the same spreadsheet, in a browser, at any moment."""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from tests.stubs.sheets_cells import Cell, rank, shown, typed
from tests.stubs.sheets_grid import Book, Tab
from tests.stubs.sheets_ranges import parse

EDITS: Final = (
    "sort",
    "filter",
    "edit",
    "insert_row",
    "delete_row",
    "move_row",
    "duplicate_row",
    "insert_column",
    "delete_column",
    "move_column",
    "swap_columns",
    "rename_header",
    "add_tab",
    "rename_tab",
    "delete_tab",
)


class Human:
    """Edits the first tab, or the one looked at; rows are counted from 1, columns are called by their headers."""

    def __init__(self, book: Callable[[], Book], lock: threading.RLock) -> None:
        self._book, self._lock = book, lock
        self._looks_at: int | None = None
        self._plans: dict[int, list[tuple[str, tuple[Any, ...]]]] = defaultdict(list)

    def look_at(self, title: str) -> None:
        """Work in that tab from now on, whatever it is called later."""
        tab = self._book().named(title)
        assert tab, f"there is no tab {title!r}"
        self._looks_at = tab.sheet_id

    def do(self, edit: str, *args: Any) -> None:
        """Make an edit by its name."""
        if edit not in EDITS:
            message = f"no edit {edit!r}; there are: {', '.join(EDITS)}"
            raise ValueError(message)
        with self._lock:
            getattr(self, edit)(*args)

    def after(self, request: int, edit: str, *args: Any) -> None:
        """Make an edit as soon as the request of that number is done, before the next one is."""
        assert edit in EDITS, edit
        self._plans[request].append((edit, args))

    def act(self, request: int) -> None:
        """Make the edits that were planned for after a request."""
        for edit, args in self._plans.pop(request, ()):
            self.do(edit, *args)

    def sort(self, header: str, *, descending: bool = False) -> None:
        """Sort the rows below the headers, empty cells last."""
        with self._lock:
            at, tab = self._column(header), self._tab
            rows = [line for line in tab.cells[1:] if any(cell is not None for cell in line)]
            empty = [line for line in rows if _at(line, at) is None]
            filled = [line for line in rows if _at(line, at) is not None]
            filled.sort(key=lambda line: rank(_at(line, at)), reverse=descending)
            tab.cells[1:] = filled + empty

    def filter(self, header: str, value: str) -> None:
        """Show only some rows; the API does not notice."""
        with self._lock:
            self._column(header)
            self._tab.filtered_by = header, value

    def edit(self, cell: str, text: str) -> None:
        """Type into a cell such as B3."""
        with self._lock:
            area = parse(self._book(), "'{}'!{}".format(self._tab.title.replace("'", "''"), cell))
            area.must_lie_in_grid()
            area.tab.put(area.top, area.left, typed(text))

    def insert_row(self, at: int, *texts: str) -> None:
        """Put a row in, so that it is the row `at`."""
        with self._lock:
            self._tab.insert_rows(at - 1, 1)
            for column, text in enumerate(texts):
                self._tab.put(at - 1, column, typed(text))

    def delete_row(self, at: int) -> None:
        """Delete a row."""
        with self._lock:
            self._tab.delete_rows(at - 1, at)

    def move_row(self, at: int, to: int) -> None:
        """Drag a row to where it is the row `to`."""
        with self._lock:
            cells = self._tab.cells
            cells.extend([] for _ in range(max(at, to) - len(cells)))
            cells.insert(to - 1, cells.pop(at - 1))

    def duplicate_row(self, at: int) -> None:
        """Insert a copy of a row below it."""
        with self._lock:
            line = list(self._tab.cells[at - 1])
            self._tab.insert_rows(at, 1)
            for column, cell in enumerate(line):
                self._tab.put(at, column, cell)

    def insert_column(self, at: int, header: str = "") -> None:
        """Put a column in, so that it is the column `at`."""
        with self._lock:
            self._tab.insert_columns(at - 1, 1)
            if header:
                self._tab.put(0, at - 1, header)

    def delete_column(self, header: str) -> None:
        """Delete a column."""
        with self._lock:
            at = self._column(header)
            self._tab.delete_columns(at, at + 1)

    def move_column(self, header: str, to: int) -> None:
        """Drag a column to where it is the column `to`."""
        with self._lock:
            self._reorder(lambda order, at: order.insert(to - 1, order.pop(at)), header)

    def swap_columns(self, one: str, other: str) -> None:
        """Let two columns change places."""
        with self._lock:
            second = self._column(other)

            def swap(order: list[int], first: int) -> None:
                order[first], order[second] = order[second], order[first]

            self._reorder(swap, one)

    def rename_header(self, header: str, name: str) -> None:
        """Give a column another header."""
        with self._lock:
            self._tab.put(0, self._column(header), name or None)

    def add_tab(self, title: str, at: int = 1) -> None:
        """Add a tab, so that it is the tab `at`, and go on working in the one before."""
        with self._lock:
            self._looks_at = self._tab.sheet_id
            self._book().add(title, 1000, 26, at - 1)

    def rename_tab(self, title: str) -> None:
        """Give the tab another name."""
        with self._lock:
            self._tab.title = title

    def delete_tab(self) -> None:
        """Delete the tab; a new, empty one takes its place when it was the last."""
        with self._lock:
            book, tab = self._book(), self._tab
            if len(book.tabs) == 1:
                book.add("Sheet2", 1000, 26)
            book.tabs.remove(tab)
            self._looks_at = None

    @property
    def _tab(self) -> Tab:
        return self._book().tabs[0] if self._looks_at is None else self._book().tab(self._looks_at)

    def _column(self, header: str) -> int:
        headers = [shown(cell) for cell in self._tab.line(0, 0, self._tab.columns)]
        assert header in headers, f"there is no column {header!r} among {headers}"
        return headers.index(header)

    def _reorder(self, change: Callable[[list[int], int], None], header: str) -> None:
        order = list(range(self._tab.columns))
        change(order, self._column(header))
        self._tab.cells = [[_at(line, at) for at in order] for line in self._tab.cells]


def _at(line: list[Cell], column: int) -> Cell:
    return line[column] if column < len(line) else None
