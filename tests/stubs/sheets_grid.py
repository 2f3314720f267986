"""A spreadsheet in memory: its tabs, their grids of cells, and how much fits in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from tests.stubs.sheets_cells import Cell
from tests.stubs.sheets_errors import invalid


@dataclass
class Tab:
    """One sheet; `cells` holds rows no longer than they need to be, and no more of them than `rows`."""

    sheet_id: int
    title: str
    rows: int
    columns: int
    cells: list[list[Cell]] = field(default_factory=list)
    frozen_rows: int = 0
    frozen_columns: int = 0
    hidden: bool = False
    filtered_by: tuple[str, str] | None = None  # what a human hides, which the API does not notice

    def get(self, row: int, column: int) -> Cell:
        """Return a cell, None where nothing is."""
        if row < 0 or column < 0 or row >= len(self.cells) or column >= len(self.cells[row]):
            return None
        return self.cells[row][column]

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Write a cell, which must lie in the grid."""
        while len(self.cells) <= row:
            self.cells.append([])
        line = self.cells[row]
        if column >= len(line):
            line.extend([None] * (column + 1 - len(line)))
        line[column] = cell

    def line(self, row: int, left: int, right: int) -> list[Cell]:
        """Return a part of a row without the empty cells at its end."""
        cells = self.cells[row][left:right] if row < len(self.cells) else []
        while cells and cells[-1] is None:
            cells.pop()
        return cells

    def filled(self, row: int, left: int, right: int) -> bool:
        """Tell whether anything is in that part of a row."""
        if not 0 <= row < len(self.cells):
            return False
        return any(cell is not None for cell in self.cells[row][max(left, 0) : right])

    def insert_rows(self, at: int, count: int) -> None:
        """Put empty rows in, before the row `at`."""
        if at < len(self.cells):
            self.cells[at:at] = [[] for _ in range(count)]
        self.rows += count

    def insert_columns(self, at: int, count: int) -> None:
        """Put empty columns in, before the column `at`."""
        for line in self.cells:
            if at < len(line):
                line[at:at] = [None] * count
        self.columns += count

    def delete_rows(self, start: int, end: int) -> None:
        """Take rows out; the later ones move up."""
        del self.cells[start:end]
        self.rows -= end - start

    def delete_columns(self, start: int, end: int) -> None:
        """Take columns out; the later ones move left."""
        for line in self.cells:
            del line[start:end]
        self.columns -= end - start

    def resize(self, rows: int, columns: int) -> None:
        """Change the size of the grid; what lies outside is lost."""
        del self.cells[rows:]
        for line in self.cells:
            del line[columns:]
        self.rows, self.columns = rows, columns

    def lines(self) -> list[list[Cell]]:
        """Return all rows without what is empty at their ends and at the end."""
        lines = [self.line(row, 0, self.columns) for row in range(len(self.cells))]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def copy(self) -> "Tab":
        """Return one that can be changed apart."""
        return replace(self, cells=[line[:] for line in self.cells])


@dataclass
class Book:
    """The spreadsheet."""

    spreadsheet_id: str
    title: str
    tabs: list[Tab]
    cell_limit: int = 10_000_000
    last_sheet_id: int = 0

    def tab(self, sheet_id: int) -> Tab:
        """Return the tab of an id; raise Refused when there is none."""
        for tab in self.tabs:
            if tab.sheet_id == sheet_id:
                return tab
        raise invalid(f"No grid with id: {sheet_id}")

    def named(self, title: str) -> Tab | None:
        """Return the tab of a title."""
        return next((tab for tab in self.tabs if tab.title == title), None)

    def add(self, title: str, rows: int, columns: int, at: int | None = None) -> Tab:
        """Add a tab, the last one by default."""
        self.must_be_free(title)
        self.must_hold(rows * columns)
        self.last_sheet_id += 104_729  # ids of added tabs are large and not in a row, as Google's are
        tab = Tab(self.last_sheet_id, title, rows, columns)
        self.tabs.insert(len(self.tabs) if at is None else at, tab)
        return tab

    def must_be_free(self, title: str) -> None:
        """Raise Refused when a tab has that title."""
        if self.named(title):
            raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')

    def must_hold(self, more: int) -> None:
        """Raise Refused when so many more cells are too many."""
        if sum(tab.rows * tab.columns for tab in self.tabs) + more > self.cell_limit:
            raise invalid(
                "This action would increase the number of cells in the workbook above the limit of "
                f"{self.cell_limit} cells."
            )

    def grow(self, tab: Tab, rows: int, columns: int) -> None:
        """Make the grid at least so large."""
        rows, columns = max(rows, tab.rows), max(columns, tab.columns)
        self.must_hold(rows * columns - tab.rows * tab.columns)
        tab.rows, tab.columns = rows, columns

    @contextmanager
    def atomically(self) -> Iterator[None]:
        """Undo everything when an error comes."""
        before, self.tabs = self.tabs, [tab.copy() for tab in self.tabs]
        try:
            yield
        except BaseException:
            self.tabs = before
            raise
