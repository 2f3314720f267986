"""Holds the stub of Google Sheets to its word: the real client reads, writes and appends on it as on Google."""

import time
from collections.abc import Iterator

import gspread
import pytest
from gspread.exceptions import APIError, SpreadsheetNotFound, WorksheetNotFound
from gspread.utils import InsertDataOption, ValueInputOption, ValueRenderOption

from tests.stubs.sheets import Rules, StubSheets
from tests.stubs.sheets_asking import client_of, worksheet_of

HEADERS = ["id", "Name", "Phone"]
ADA = ["1", "Ada", "+4915112345678"]
BEN = ["2", "Ben", "+4915187654321"]


@pytest.fixture
def stub() -> Iterator[StubSheets]:
    with StubSheets() as running:
        yield running


@pytest.fixture
def tab(stub: StubSheets) -> gspread.Worksheet:
    return worksheet_of(stub)


def refusal(error: pytest.ExceptionInfo[APIError]) -> tuple[int, str, str]:
    return error.value.code, str(error.value.error["status"]), str(error.value.error["message"])


def test_the_real_client_opens_the_spreadsheet_and_lists_its_tabs(stub: StubSheets) -> None:
    book = client_of(stub).open_by_key(stub.spreadsheet_id)
    added = book.add_worksheet("Leads of '26", rows=5, cols=4)
    assert [tab.title for tab in book.worksheets()] == ["Sheet1", "Leads of '26"] == stub.titles
    assert (added.row_count, added.col_count, added.index) == (5, 4, 1)
    assert book.worksheet("Leads of '26").id == added.id
    assert book.get_worksheet_by_id(added.id).title == "Leads of '26"
    book.del_worksheet(added)
    with pytest.raises(WorksheetNotFound):
        book.worksheet("Leads of '26")


def test_another_spreadsheet_is_not_found(stub: StubSheets) -> None:
    with pytest.raises(SpreadsheetNotFound):
        client_of(stub).open_by_key("another")


def test_what_is_appended_is_read_again(stub: StubSheets, tab: gspread.Worksheet) -> None:
    answer = tab.append_rows([HEADERS, ADA])
    assert answer["updates"]["updatedRange"] == "Sheet1!A1:C2"
    assert "tableRange" not in answer
    answer = tab.append_row(BEN)
    assert (answer["tableRange"], answer["updates"]["updatedRange"]) == ("Sheet1!A1:C2", "Sheet1!A3:C3")
    assert tab.get_all_values() == [HEADERS, ADA, BEN] == stub.grid
    assert tab.get_all_records()[1]["Name"] == "Ben" == stub.rows()[1]["Name"]
    assert tab.col_values(2) == ["Name", "Ada", "Ben"]
    assert [request.method for request in stub.requests[:2]] == ["values.append", "values.append"]
    assert stub.requests[1].body == {"values": [BEN]}


def test_several_ranges_are_written_and_read_at_once(stub: StubSheets, tab: gspread.Worksheet) -> None:
    tab.append_rows([HEADERS, ADA, BEN])
    answer = tab.batch_update([{"range": "B2", "values": [["Eda"]]}, {"range": "A3:C3", "values": [["2", None, "-"]]}])
    assert (answer["totalUpdatedCells"], answer["totalUpdatedRows"], answer["totalUpdatedColumns"]) == (3, 2, 3)
    assert [one["updatedRange"] for one in answer["responses"]] == ["Sheet1!B2", "Sheet1!A3:C3"]
    assert stub.grid[1:] == [["1", "Eda", ADA[2]], ["2", "Ben", "-"]]
    first, ids = tab.batch_get(["1:1", "A2:A"])
    assert (first, ids) == ([HEADERS], [["1"], ["2"]])


def test_a_batch_of_which_a_part_is_refused_changes_nothing(stub: StubSheets, tab: gspread.Worksheet) -> None:
    with pytest.raises(APIError) as error:
        tab.batch_update([{"range": "A1", "values": [["x"]]}, {"range": "A1001", "values": [["x"]]}])
    assert refusal(error) == (
        400,
        "INVALID_ARGUMENT",
        "Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26",
    )
    assert stub.grid == []


def test_empty_ends_are_left_out_of_answers(tab: gspread.Worksheet) -> None:
    tab.update([["a", "", ""], ["", "", ""], ["", "b", ""], ["", "", ""]], "A1", raw=True)
    answer = tab.spreadsheet.values_get("Sheet1!A1:D9")
    assert answer == {"range": "Sheet1!A1:D9", "majorDimension": "ROWS", "values": [["a"], [], ["", "b"]]}
    assert tab.spreadsheet.values_get("Sheet1!E5:F9") == {"range": "Sheet1!E5:F9", "majorDimension": "ROWS"}
    by_columns = tab.spreadsheet.values_get("Sheet1", params={"majorDimension": "COLUMNS"})
    assert (by_columns["range"], by_columns["values"]) == ("Sheet1!A1:Z1000", [["a"], ["", "", "b"]])


def test_numbers_stay_numbers_and_are_shown_as_text(stub: StubSheets, tab: gspread.Worksheet) -> None:
    tab.append_row([7, 1.5, True, "7", 491511234567], value_input_option=ValueInputOption.raw)
    assert stub.grid == [[7, 1.5, True, "7", 491511234567]]
    assert tab.row_values(1) == ["7", "1.5", "TRUE", "7", "491511234567"]
    assert tab.row_values(1, value_render_option=ValueRenderOption.unformatted) == stub.grid[0]


@pytest.mark.parametrize(
    "text", ["=IMPORTDATA(A1)", "+4915112345678", "\t=1+1", "-1+1", "007", "TRUE", "'quoted", "😀é"]
)
def test_raw_input_is_kept_letter_by_letter(stub: StubSheets, tab: gspread.Worksheet, text: str) -> None:
    tab.append_row([text], value_input_option=ValueInputOption.raw)
    assert (tab.acell("A1").value, stub.grid) == (text, [[text]])


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("=IMPORTDATA(A1)", "#EVALUATED"),
        ("\t=1+1", "#EVALUATED"),
        ("+49 151 1234", "#EVALUATED"),
        ("+4915112345678", 4915112345678),
        ("007", 7),
        ("1,234.50", 1234.5),
        ("true", True),
        ("'007", "007"),
        ("Ada", "Ada"),
    ],
)
def test_typed_input_is_made_something_of(
    stub: StubSheets, tab: gspread.Worksheet, text: str, becomes: str | float
) -> None:
    tab.append_row([text], value_input_option=ValueInputOption.user_entered)
    assert stub.grid == [[becomes]]
    if becomes == "#EVALUATED":
        assert tab.acell("A1", value_render_option=ValueRenderOption.formula).value == text.strip()


def test_appending_grows_the_grid(stub: StubSheets) -> None:
    stub.rules.rows, stub.rules.columns = 2, 2
    tab = worksheet_of(stub)
    tab.append_rows([HEADERS, ADA, BEN])
    tab = tab.spreadsheet.sheet1
    assert (tab.row_count, tab.col_count, stub.grid) == (3, 3, [HEADERS, ADA, BEN])


def test_appending_starts_where_google_sees_the_table(stub: StubSheets, tab: gspread.Worksheet) -> None:
    tab.update([["", "Ada"], ["", ""], ["", "x", "y"]], "A1", raw=True)
    assert tab.append_row(["new"])["updates"]["updatedRange"] == "Sheet1!B4"  # the last table begins in B3
    assert tab.append_row(["new"], table_range="A1:B1")["updates"]["updatedRange"] == "Sheet1!B2"
    assert tab.append_row(["new"], table_range="E9")["updates"]["updatedRange"] == "Sheet1!E9"
    assert stub.grid[:4] == [["", "Ada"], ["", "new"], ["", "x", "y"], ["", "new"]]


def test_appended_rows_overwrite_or_push_away_what_is_below(stub: StubSheets, tab: gspread.Worksheet) -> None:
    tab.update([["id"], ["1"], [""], ["note"]], "A1", raw=True)
    tab.append_row(["2"], table_range="A1", insert_data_option=InsertDataOption.insert_rows)
    assert stub.grid == [["id"], ["1"], ["2"], [], ["note"]]
    tab.append_rows([["3"], ["4"]], table_range="A1", insert_data_option=InsertDataOption.overwrite)
    assert stub.grid == [["id"], ["1"], ["2"], ["3"], ["4"]]


def test_rows_and_columns_are_inserted_and_deleted(stub: StubSheets, tab: gspread.Worksheet) -> None:
    tab.append_rows([HEADERS, ADA, BEN])
    tab.delete_rows(2)
    tab.delete_columns(1)
    tab.insert_row(["Cy", "-"], index=2)
    assert stub.grid == [HEADERS[1:], ["Cy", "-"], BEN[1:]]
    tab.batch_clear(["A2:A3"])
    assert stub.grid == [HEADERS[1:], ["", "-"], ["", BEN[2]]]
    tab.clear()
    assert stub.grid == []


def test_a_tab_is_resized_frozen_renamed_and_moved(stub: StubSheets, tab: gspread.Worksheet) -> None:
    tab.append_rows([HEADERS, ADA, BEN])
    tab.resize(rows=2, cols=2)
    tab.freeze(rows=1)
    tab.update_title("My leads")
    tab.spreadsheet.add_worksheet("First", 1, 1, index=0)
    again = tab.spreadsheet.worksheet("My leads")
    assert (again.row_count, again.col_count, again.frozen_row_count, again.index) == (2, 2, 1, 1)
    assert again.get_all_values() == [HEADERS[:2], ADA[:2]] == stub.grid_of("My leads")
    with pytest.raises(APIError) as error:
        again.delete_rows(2)
    assert "not possible to delete all non-frozen rows" in refusal(error)[2]


def test_the_old_name_of_a_renamed_tab_is_no_range(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.human.rename_tab("Customers")
    with pytest.raises(APIError) as error:
        tab.get_all_values()
    assert refusal(error) == (400, "INVALID_ARGUMENT", "Unable to parse range: 'Sheet1'")


def test_a_full_spreadsheet_takes_no_more_rows(stub: StubSheets) -> None:
    stub.rules.rows, stub.rules.columns, stub.rules.cell_limit = 2, 3, 6
    tab = worksheet_of(stub)
    tab.append_rows([HEADERS, ADA])
    with pytest.raises(APIError) as error:
        tab.append_row(BEN)
    assert "above the limit of 6 cells" in refusal(error)[2]
    with pytest.raises(APIError):
        tab.add_rows(1)
    assert stub.grid == [HEADERS, ADA]


def test_a_cell_holds_no_more_than_fifty_thousand_characters(stub: StubSheets, tab: gspread.Worksheet) -> None:
    tab.append_row(["x" * 50_000])
    with pytest.raises(APIError) as error:
        tab.append_row(["x" * 50_001])
    assert (refusal(error)[0], len(stub.grid)) == (400, 1)


def test_thousands_of_rows_are_quick(stub: StubSheets) -> None:
    stub.rules.columns = 12
    tab = worksheet_of(stub)
    tab.append_rows([[f"value {row} {column}" for column in range(12)] for row in range(5_000)])
    started = time.perf_counter()
    assert len(tab.get_all_values()) == 5_000
    tab.batch_update([{"range": f"A{row}:L{row}", "values": [["x"] * 12]} for row in range(1, 5_001, 10)])
    assert time.perf_counter() - started < 1.0  # 0.03 s when nothing else runs
    assert sum(line == ["x"] * 12 for line in stub.grid) == 500


def test_begun_again_nothing_is_left(stub: StubSheets, tab: gspread.Worksheet) -> None:
    tab.append_rows([HEADERS])
    stub.fail(3, "503")
    stub.human.rename_tab("Old")
    stub.reset()
    assert (stub.grid, stub.requests, stub.titles) == ([], [], ["Sheet1"])
    assert [tab.get_all_values() for _ in range(3)] == [[[]]] * 3
    assert [request.number for request in stub.requests] == [1, 2, 3]


def test_rules_say_what_the_tab_is_called() -> None:
    with StubSheets(Rules(tab="Leads")) as stub:
        assert worksheet_of(stub).title == "Leads"
