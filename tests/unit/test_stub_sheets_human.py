"""Holds the stub of Google Sheets to its word: a human works in the spreadsheet between any two requests."""

from collections.abc import Iterator
from typing import Any

import gspread
import pytest

from tests.stubs.sheets import StubSheets
from tests.stubs.sheets_asking import worksheet_of
from tests.stubs.sheets_human import EDITS

GRID = [["id", "Name", "Note"], ["1", "Cy", "c"], ["2", "Ada", "a"], ["3", "Ben", "b"]]
EDITED: list[tuple[str, list[Any], list[list[str]]]] = [
    ("sort", ["Name"], [GRID[0], GRID[2], GRID[3], GRID[1]]),
    ("filter", ["Name", "Ada"], GRID),
    ("edit", ["B2", "+49 1"], [GRID[0], ["1", "#EVALUATED", "c"], *GRID[2:]]),
    ("insert_row", [2, "new"], [GRID[0], ["new"], *GRID[1:]]),
    ("insert_row", [3], [*GRID[:2], [], *GRID[2:]]),
    ("delete_row", [2], [GRID[0], *GRID[2:]]),
    ("move_row", [4, 2], [GRID[0], GRID[3], GRID[1], GRID[2]]),
    ("duplicate_row", [2], [*GRID[:2], *GRID[1:]]),
    ("insert_column", [2, "Extra"], [[line[0], "Extra" if line is GRID[0] else "", *line[1:]] for line in GRID]),
    ("delete_column", ["Name"], [[line[0], line[2]] for line in GRID]),
    ("move_column", ["Note", 1], [[line[2], *line[:2]] for line in GRID]),
    ("swap_columns", ["id", "Note"], [line[::-1] for line in GRID]),
    ("rename_header", ["Name", "Full name"], [["id", "Full name", "Note"], *GRID[1:]]),
    ("add_tab", ["Other", 1], []),
    ("rename_tab", ["Customers"], GRID),
    ("delete_tab", [], []),
]


@pytest.fixture
def stub() -> Iterator[StubSheets]:
    with StubSheets() as running:
        yield running


@pytest.fixture
def tab(stub: StubSheets) -> gspread.Worksheet:
    tab = worksheet_of(stub)
    tab.append_rows(GRID)
    return tab


@pytest.mark.parametrize(("edit", "args", "grid"), EDITED)
def test_an_edit_is_what_the_next_request_finds(
    stub: StubSheets, tab: gspread.Worksheet, edit: str, args: list[Any], grid: list[list[str]]
) -> None:
    stub.human.do(edit, *args)
    assert stub.grid == grid
    assert tab.spreadsheet.values_get("A1:Z9").get("values", []) == grid


def test_every_edit_is_tried() -> None:
    assert {edit for edit, *_ in EDITED} == set(EDITS)


def test_a_plan_is_carried_out_between_two_requests(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.human.after(2, "sort", "Name")
    stub.human.after(2, "insert_column", 1, "Extra")
    stub.human.after(3, "rename_tab", "Customers")
    names = tab.col_values(2)
    assert (names, stub.titles) == (["Name", "Cy", "Ada", "Ben"], ["Sheet1"])
    assert tab.col_values(3) == ["Name", "Ada", "Ben", "Cy"]
    assert stub.titles == ["Customers"]


def test_a_plan_is_carried_out_even_when_the_request_before_it_fails(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.fail(2, "503")
    stub.human.after(2, "delete_row", 2)
    with pytest.raises(gspread.exceptions.APIError):
        tab.append_row(["4"])
    assert stub.grid == [GRID[0], *GRID[2:]]


def test_empty_cells_are_sorted_to_the_end_in_either_order(stub: StubSheets, tab: gspread.Worksheet) -> None:
    tab.update_acell("B3", "")
    stub.human.sort("Name", descending=True)
    assert [row["Name"] for row in stub.rows()] == ["Cy", "Ben", ""]


def test_a_human_goes_on_in_the_tab_that_was_looked_at(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.human.add_tab("Other")
    stub.human.rename_tab("Customers")
    stub.human.edit("A2", "9")
    assert (stub.titles, stub.rows("Customers")[0]["id"]) == (["Other", "Customers"], 9)
    stub.human.look_at("Other")
    stub.human.edit("A1", "here")
    assert stub.grid == [["here"]]
    assert tab.spreadsheet.worksheets()[1].id == tab.id


def test_rows_are_told_by_their_headers(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.human.rename_header("Note", "id")
    stub.human.insert_row(2)
    tab.append_row(["4"])
    assert stub.rows() == [{"id": line[0], "Name": line[1]} for line in [*GRID[1:], ["4", ""]]]
