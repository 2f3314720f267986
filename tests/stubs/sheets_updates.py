"""The methods of a spreadsheet as a whole: what it is made of, and `batchUpdate` with its kinds of requests."""

from collections.abc import Callable
from typing import Any, Final

from tests.stubs.sheets_cells import Cell, Formula, entered
from tests.stubs.sheets_errors import Refused, invalid
from tests.stubs.sheets_grid import Book, Tab
from tests.stubs.sheets_values import Answer, Call

NEW_TAB: Final = {"rowCount": 1000, "columnCount": 26}
SETTABLE: Final = {
    "title",
    "index",
    "hidden",
    *(f"gridProperties.{name}" for name in ("rowCount", "columnCount", "frozenRowCount", "frozenColumnCount")),
}


def described(book: Book) -> Answer:
    """Return the spreadsheet's properties and those of its tabs."""
    return {
        "spreadsheetId": book.spreadsheet_id,
        "properties": {"title": book.title, "locale": "en_US", "timeZone": "Etc/GMT"},
        "sheets": [{"properties": properties(book, tab)} for tab in book.tabs],
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.spreadsheet_id}/edit",
    }


def properties(book: Book, tab: Tab) -> Answer:
    """Return a tab's properties; those that are not set are left out."""
    grid = {"rowCount": tab.rows, "columnCount": tab.columns}
    frozen = {"frozenRowCount": tab.frozen_rows, "frozenColumnCount": tab.frozen_columns}
    found: Answer = {
        "sheetId": tab.sheet_id,
        "title": tab.title,
        "index": book.tabs.index(tab),
        "sheetType": "GRID",
        "gridProperties": grid | {name: count for name, count in frozen.items() if count},
    }
    return found | ({"hidden": True} if tab.hidden else {})


def get(book: Book, call: Call) -> Answer:
    """Serve spreadsheets.get, without the cells."""
    if call.query.get("includeGridData") or call.query.get("ranges"):
        raise invalid("The stub gives no grid data; read values instead.")
    return described(book)


def batch_update(book: Book, call: Call) -> Answer:
    """Serve spreadsheets.batchUpdate: all of it, or when a part is refused nothing."""
    requests = call.body.get("requests")
    if not requests:
        raise invalid("Must specify at least one request.")
    with book.atomically():
        replies = [_apply(book, request, index) for index, request in enumerate(requests)]
    answer: Answer = {"spreadsheetId": book.spreadsheet_id, "replies": replies}
    return answer | ({"updatedSpreadsheet": described(book)} if call.body.get("includeSpreadsheetInResponse") else {})


def _apply(book: Book, request: Answer, index: int) -> Answer:
    if len(request) != 1:
        raise invalid(f"Invalid requests[{index}]: {'No' if not request else 'More than one'} request set.")
    ((kind, wishes),) = request.items()
    try:
        return KINDS[kind](book, wishes) or {}
    except Refused as refused:
        raise invalid(f"Invalid requests[{index}].{kind}: {refused.message}") from refused


def add_sheet(book: Book, wishes: Answer) -> Answer:
    """Add a tab."""
    wanted = wishes.get("properties", {})
    if "sheetId" in wanted:
        raise invalid("The stub gives new sheets ids of its own.")
    grid = NEW_TAB | wanted.get("gridProperties", {})
    title = wanted.get("title") or f"Sheet{len(book.tabs) + 1}"
    tab = book.add(title, grid["rowCount"], grid["columnCount"], wanted.get("index"))
    tab.frozen_rows, tab.frozen_columns = grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0)
    return {"addSheet": {"properties": properties(book, tab)}}


def delete_sheet(book: Book, wishes: Answer) -> None:
    """Delete a tab, unless it is the last."""
    tab = book.tab(wishes.get("sheetId", 0))
    if len(book.tabs) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    book.tabs.remove(tab)


def find_nothing(book: Book, wishes: Answer) -> Answer:
    """Find a text that stands nowhere: the one use of this that changes nothing."""
    lines = book.tab(wishes.get("sheetId", 0)).lines()
    if not wishes.get("find") or any(wishes["find"] in str(cell) for line in lines for cell in line):
        raise invalid("The stub replaces nothing.")
    return {"findReplace": {}}


def update_sheet_properties(book: Book, wishes: Answer) -> None:
    """Change the properties that `fields` names; the rest is left as it is."""
    wanted = wishes.get("properties", {})
    tab, fields = book.tab(wanted.get("sheetId", 0)), _fields(wishes)
    given = {name for name in wanted if name not in ("sheetId", "gridProperties")}
    given |= {f"gridProperties.{name}" for name in wanted.get("gridProperties", {})}
    names = given if "*" in fields else fields
    if "gridProperties" in names:
        names = (names - {"gridProperties"}) | {name for name in given if name.startswith("gridProperties.")}
    if unknown := names - SETTABLE:
        raise invalid(f"Invalid field: {min(unknown)}")
    for name in sorted(names):
        part, _, inner = name.rpartition(".")
        _set(book, tab, inner, (wanted.get(part, {}) if part else wanted).get(inner))


def _set(book: Book, tab: Tab, name: str, value: Any) -> None:
    match name:
        case "title":
            _rename(book, tab, value or "")
        case "index":
            at, to = book.tabs.index(tab), value or 0
            book.tabs.remove(tab)
            book.tabs.insert(to - 1 if to > at else to, tab)
        case "hidden":
            tab.hidden = bool(value)
        case "frozenRowCount" | "frozenColumnCount":
            setattr(tab, "frozen_rows" if "Row" in name else "frozen_columns", value or 0)
        case "rowCount" | "columnCount":
            _resize(book, tab, name, value or 0)


def _rename(book: Book, tab: Tab, title: str) -> None:
    if not title:
        raise invalid("A sheet must have a name.")
    if title != tab.title:
        book.must_be_free(title)
    tab.title = title


def _resize(book: Book, tab: Tab, name: str, count: int) -> None:
    rows, columns = (count, tab.columns) if name == "rowCount" else (tab.rows, count)
    if min(rows - tab.frozen_rows, columns - tab.frozen_columns) < 1:
        raise invalid(f"Sorry, it is not possible to delete all non-frozen {name.removesuffix('Count')}s.")
    book.must_hold(max(0, rows * columns - tab.rows * tab.columns))
    tab.resize(rows, columns)


def append_dimension(book: Book, wishes: Answer) -> None:
    """Add empty rows or columns at the end."""
    tab, length = book.tab(wishes.get("sheetId", 0)), wishes.get("length", 0)
    if length < 1:
        raise invalid("length must be greater than 0")
    rows, columns = (length, 0) if _is_rows(wishes) else (0, length)
    book.grow(tab, tab.rows + rows, tab.columns + columns)


def insert_dimension(book: Book, wishes: Answer) -> None:
    """Put empty rows or columns in."""
    tab, start, end = _span(book, wishes)
    rows = _is_rows(wishes["range"])
    if start > (tab.rows if rows else tab.columns) or end <= start:
        raise invalid(f"range.startIndex[{start}] is beyond the grid, or the range is empty")
    if wishes.get("inheritFromBefore") and not start:
        raise invalid("inheritFromBefore cannot be true if startIndex is 0")
    book.must_hold((end - start) * (tab.columns if rows else tab.rows))
    (tab.insert_rows if rows else tab.insert_columns)(start, end - start)


def delete_dimension(book: Book, wishes: Answer) -> None:
    """Take rows or columns out."""
    tab, start, end = _span(book, wishes)
    rows = _is_rows(wishes["range"])
    one, count = ("row", tab.rows) if rows else ("column", tab.columns)
    if start >= count or end <= start:
        raise invalid(
            f"Cannot delete a {one} that doesn't exist. Tried to delete {one} index {start} "
            f"but there are only {count} {one}s."
        )
    end = min(end, count)
    if end - start == count:
        raise invalid(f"You can't delete all the {one}s on the sheet.")
    frozen = tab.frozen_rows if rows else tab.frozen_columns
    if start <= frozen and end == count and frozen:
        raise invalid(f"Sorry, it is not possible to delete all non-frozen {one}s.")
    (tab.delete_rows if rows else tab.delete_columns)(start, end)


def _span(book: Book, wishes: Answer) -> tuple[Tab, int, int]:
    wanted = wishes.get("range", {})
    tab = book.tab(wanted.get("sheetId", 0))
    count = tab.rows if _is_rows(wanted) else tab.columns
    return tab, wanted.get("startIndex", 0), wanted.get("endIndex", count)


def _is_rows(wanted: Answer) -> bool:
    if "dimension" not in wanted:
        raise invalid("No dimension specified.")
    return bool(wanted["dimension"] == "ROWS")


def delete_range(book: Book, wishes: Answer) -> None:
    """Take cells out, others moving into their place."""
    tab, (top, left), (bottom, right) = _rectangle(book, wishes.get("range", {}))
    if "shiftDimension" not in wishes:
        raise invalid("No shiftDimension specified.")
    if wishes["shiftDimension"] == "COLUMNS":
        for line in tab.cells[top:bottom]:
            del line[left:right]
        return
    height = bottom - top
    for row in range(top, len(tab.cells)):
        for column in range(left, right):
            tab.put(row, column, tab.get(row + height, column))


def _rectangle(book: Book, wanted: Answer) -> tuple[Tab, tuple[int, int], tuple[int, int]]:
    tab = book.tab(wanted.get("sheetId", 0))
    top, left = wanted.get("startRowIndex", 0), wanted.get("startColumnIndex", 0)
    bottom, right = wanted.get("endRowIndex", tab.rows), wanted.get("endColumnIndex", tab.columns)
    if not (0 <= top < tab.rows and 0 <= left < tab.columns):
        raise invalid(f"GridRange.startRowIndex[{top}] is after last row in grid[{tab.rows - 1}]")
    return tab, (top, left), (min(bottom, tab.rows), min(right, tab.columns))


def append_cells(book: Book, wishes: Answer) -> None:
    """Write rows below the last row with data in it."""
    tab, rows = book.tab(wishes.get("sheetId", 0)), _rows(wishes)
    top = len(tab.lines())
    width = max((len(row.get("values", [])) for row in rows), default=0)
    if width > tab.columns:
        last = tab.columns - 1
        raise invalid(f"Attempting to write column: {width - 1}, beyond the last requested column of: {last}")
    book.grow(tab, top + len(rows), 0)
    _write_rows(tab, (top, 0), rows)


def update_cells(book: Book, wishes: Answer) -> None:
    """Write rows from a cell on, or into a rectangle, whose other cells are emptied."""
    rows = _rows(wishes)
    if start := wishes.get("start"):
        corner = {"startRowIndex": start.get("rowIndex", 0), "startColumnIndex": start.get("columnIndex", 0)}
        tab, at, (bottom, right) = _rectangle(book, {"sheetId": start.get("sheetId", 0), **corner})
    else:
        tab, at, (bottom, right) = _rectangle(book, wishes.get("range", {}))
        for line in tab.cells[at[0] : bottom]:
            line[at[1] : right] = [None] * len(line[at[1] : right])
    width = max((len(row.get("values", [])) for row in rows), default=0)
    if at[0] + len(rows) > bottom or at[1] + width > right:
        raise invalid(
            f"Attempting to write column: {at[1] + width - 1}, beyond the last requested column of: {right - 1}"
        )
    _write_rows(tab, at, rows)


def _rows(wishes: Answer) -> list[Answer]:
    if unknown := _fields(wishes) - {"*", "userEnteredValue"}:
        raise invalid(f"Invalid field: {min(unknown)}")
    rows: list[Answer] = wishes.get("rows", [])
    return rows


def _write_rows(tab: Tab, at: tuple[int, int], rows: list[Answer]) -> None:
    for row, data in enumerate(rows, at[0]):
        for column, cell in enumerate(data.get("values", []), at[1]):
            tab.put(row, column, _cell(cell.get("userEnteredValue", {})))


def _cell(value: Answer) -> Cell:
    if len(value) > 1:
        raise invalid("More than one kind of value set.")
    for kind, given in value.items():
        return Formula(given) if kind == "formulaValue" else entered(given, "RAW")
    return None


def _fields(wishes: Answer) -> set[str]:
    fields = {name.replace("/", ".") for name in wishes.get("fields", "").replace(" ", "").split(",") if name}
    if not fields:
        raise invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return fields


KINDS: Final[dict[str, Callable[[Book, Answer], Answer | None]]] = {
    "addSheet": add_sheet,
    "appendCells": append_cells,
    "appendDimension": append_dimension,
    "deleteDimension": delete_dimension,
    "deleteRange": delete_range,
    "deleteSheet": delete_sheet,
    "findReplace": find_nothing,
    "insertDimension": insert_dimension,
    "updateCells": update_cells,
    "updateSheetProperties": update_sheet_properties,
}
