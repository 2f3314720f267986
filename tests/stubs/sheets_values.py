"""The methods of `spreadsheets.values`: reading, writing, appending and clearing ranges."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

from tests.stubs.sheets_cells import entered, shown
from tests.stubs.sheets_errors import invalid
from tests.stubs.sheets_grid import Book, Tab
from tests.stubs.sheets_ranges import Area, letters, name_of, outside, parse, table_in

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """What a method is called with, checked and decoded."""

    path: dict[str, str]
    query: dict[str, Any]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """What a write has touched."""

    area: Area
    rows: set[int]
    columns: set[int]
    cells: int


@dataclass(frozen=True, slots=True)
class Writing:
    """How a request wants its values taken, and shown again in the answer."""

    option: str
    show: bool = False
    rendering: Answer = field(default_factory=dict)

    @classmethod
    def of(cls, wishes: Answer) -> "Writing":
        """Read it from a query or a body; raise Refused when the request does not say how values are meant."""
        if "valueInputOption" not in wishes:
            raise invalid("'valueInputOption' is required but not specified")
        rendering = {"valueRenderOption": wishes.get("responseValueRenderOption", "FORMATTED_VALUE")}
        return cls(wishes["valueInputOption"], wishes.get("includeValuesInResponse", False), rendering)


def read(area: Area, wishes: Answer) -> Answer:
    """Return a range's values, without what is empty at the ends of rows and at the end."""
    area.must_begin_in_grid()
    option, (bottom, right) = wishes.get("valueRenderOption", "FORMATTED_VALUE"), area.last
    lines = [area.tab.line(row, area.left, right) for row in range(area.top, min(bottom, len(area.tab.cells)))]
    values = [[cell if isinstance(cell, str) else shown(cell, option) for cell in line] for line in lines]
    dimension = wishes.get("majorDimension", "ROWS")
    if dimension == "COLUMNS":
        values = [_trimmed(list(column)) for column in zip_longest(*values, fillvalue="")]
    while values and not values[-1]:
        values.pop()
    answer: Answer = {"range": area.name, "majorDimension": dimension}
    return answer | ({"values": values} if values else {})


def _trimmed(values: list[Any]) -> list[Any]:
    while values and values[-1] == "":
        values.pop()
    return values


def write(area: Area, value_range: Answer, option: str) -> Written:
    """Write values into a range, null leaving a cell as it is; raise Refused for what is outside of it or the grid."""
    area.must_lie_in_grid()
    values = value_range.get("values", [])
    if value_range.get("majorDimension") == "COLUMNS":
        values = [list(row) for row in zip_longest(*values)]
    height, width = len(values), max(map(len, values), default=0)
    _must_fit(area, height, width)
    rows, columns, count = set[int](), set[int](), 0
    for row, cells in enumerate(values, area.top):
        for column, value in enumerate(cells, area.left):
            if value is not None:
                area.tab.put(row, column, entered(value, option))
                rows.add(row)
                columns.add(column)
                count += 1
    written = Area(area.tab, area.top, area.left, area.top + max(height, 1), area.left + max(width, 1))
    return Written(written, rows, columns, count)


def _must_fit(area: Area, height: int, width: int) -> None:
    tab, bottom, right = area.tab, area.top + height, area.left + width
    if not area.is_cell:
        rows, columns = area.last
        if height and bottom > rows and area.bottom:
            raise invalid(f"Requested writing within range [{area.name}], but tried writing to row [{rows + 1}]")
        if width and right > columns and area.right:
            where = letters(columns)
            raise invalid(f"Requested writing within range [{area.name}], but tried writing to column [{where}]")
    if bottom > tab.rows:
        raise outside(tab, name_of(tab, tab.rows, area.left, tab.rows + 1, area.left + 1))
    if right > tab.columns:
        raise outside(tab, name_of(tab, area.top, tab.columns, area.top + 1, tab.columns + 1))


def told(book: Book, written: Written, writing: Writing) -> Answer:
    """Return what the answer says of a write; counts of nothing are left out."""
    counts = {
        "updatedRows": len(written.rows),
        "updatedColumns": len(written.columns),
        "updatedCells": written.cells,
    }
    answer: Answer = {"spreadsheetId": book.spreadsheet_id, "updatedRange": written.area.name}
    answer |= {name: count for name, count in counts.items() if count}
    return answer | ({"updatedData": read(written.area, writing.rendering)} if writing.show else {})


def get(book: Book, call: Call) -> Answer:
    """Serve values.get."""
    return read(parse(book, call.path["range"]), call.query)


def batch_get(book: Book, call: Call) -> Answer:
    """Serve values.batchGet."""
    ranges = [read(parse(book, text), call.query) for text in call.query.get("ranges", [])]
    return {"spreadsheetId": book.spreadsheet_id} | ({"valueRanges": ranges} if ranges else {})


def update(book: Book, call: Call) -> Answer:
    """Serve values.update."""
    writing = Writing.of(call.query)
    with book.atomically():
        area = _area_of(book, call)
        return told(book, write(area, call.body, writing.option), writing)


def _area_of(book: Book, call: Call) -> Area:
    text = call.path["range"]
    area, repeated = parse(book, text), call.body.get("range")
    if repeated is not None and parse(book, repeated) != area:
        raise invalid(f"Request range[{text}] does not match value's range[{repeated}].")
    return area


def append(book: Book, call: Call) -> Answer:
    """Serve values.append: below the last table in the range, the grid growing as it must."""
    writing = Writing.of(call.query)
    with book.atomically():
        area = _area_of(book, call)
        area.must_begin_in_grid()
        table = table_in(area)
        top, left = (table.last[0], table.left) if table else (area.top, area.left)
        answer: Answer = {"spreadsheetId": book.spreadsheet_id}
        if table:
            answer["tableRange"] = table.name
        room = _make_room(book, area.tab, call, (top, left))
        return answer | {"updates": told(book, write(room, call.body, writing.option), writing)}


def _make_room(book: Book, tab: Tab, call: Call, at: tuple[int, int]) -> Area:
    (top, left), lines = at, call.body.get("values", [])
    height, width = len(lines), max(map(len, lines), default=0)
    if call.body.get("majorDimension") == "COLUMNS":
        height, width = width, height
    if call.query.get("insertDataOption") == "INSERT_ROWS":
        book.must_hold(height * tab.columns)
        tab.insert_rows(top, height)
    book.grow(tab, top + max(height, 1), left + width)
    return Area(tab, top, left, top + 1, left + 1)


def clear(book: Book, call: Call) -> Answer:
    """Serve values.clear."""
    with book.atomically():
        cleared = _emptied(parse(book, call.path["range"]))
    return {"spreadsheetId": book.spreadsheet_id, "clearedRange": cleared}


def batch_clear(book: Book, call: Call) -> Answer:
    """Serve values.batchClear."""
    with book.atomically():
        cleared = [_emptied(parse(book, text)) for text in call.body.get("ranges", [])]
    return {"spreadsheetId": book.spreadsheet_id, "clearedRanges": cleared}


def _emptied(area: Area) -> str:
    area.must_begin_in_grid()
    bottom, right = area.last
    for line in area.tab.cells[area.top : bottom]:
        filled = len(line[area.left : right])
        line[area.left : area.left + filled] = [None] * filled
    return area.name


def batch_update(book: Book, call: Call) -> Answer:
    """Serve values.batchUpdate: all of it, or when a part is refused nothing."""
    writing, data = Writing.of(call.body), call.body.get("data", [])
    with book.atomically():
        written = [write(parse(book, one.get("range", "")), one, writing.option) for one in data]
        responses = [told(book, one, writing) for one in written]
    totals = {
        "totalUpdatedRows": len({(one.area.tab.sheet_id, row) for one in written for row in one.rows}),
        "totalUpdatedColumns": len({(one.area.tab.sheet_id, at) for one in written for at in one.columns}),
        "totalUpdatedCells": sum(one.cells for one in written),
        "totalUpdatedSheets": len({one.area.tab.sheet_id for one in written if one.cells}),
    }
    answer: Answer = {"spreadsheetId": book.spreadsheet_id} | {name: count for name, count in totals.items() if count}
    return answer | ({"responses": responses} if responses else {})


SERVED: Final[dict[str, Callable[[Book, Call], Answer]]] = {
    "values.get": get,
    "values.batchGet": batch_get,
    "values.update": update,
    "values.append": append,
    "values.clear": clear,
    "values.batchClear": batch_clear,
    "values.batchUpdate": batch_update,
}
