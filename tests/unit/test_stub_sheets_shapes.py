"""Holds the stub of Google Sheets to Google's shapes: it answers in no others, and refuses whatever has others."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.server import LOOPBACK
from tests.stubs.sheets import StubSheets
from tests.stubs.sheets_asking import DEADLINE, Asking, ask, token_of
from tests.stubs.sheets_checking import misshapen, misshapen_error
from tests.stubs.sheets_faults import MODES
from tests.stubs.sheets_shapes import ENUMERATIONS, METHODS, TYPES

ROWS = {"sheetId": 0, "dimension": "ROWS"}
CELL = {"userEnteredValue": {"stringValue": "x"}}
REQUESTS: list[dict[str, Any]] = [
    {"addSheet": {"properties": {"title": "More", "gridProperties": {"rowCount": 3, "columnCount": 3}}}},
    {"appendCells": {"sheetId": 0, "rows": [{"values": [CELL]}], "fields": "*"}},
    {"appendDimension": {**ROWS, "length": 2}},
    {"insertDimension": {"range": {**ROWS, "startIndex": 1, "endIndex": 2}}},
    {"deleteDimension": {"range": {**ROWS, "startIndex": 1, "endIndex": 2}}},
    {"deleteRange": {"range": {"startRowIndex": 5, "endRowIndex": 6}, "shiftDimension": "ROWS"}},
    {"updateCells": {"start": {"rowIndex": 0}, "rows": [{"values": [CELL]}], "fields": "userEnteredValue"}},
    {"updateSheetProperties": {"properties": {"title": "New"}, "fields": "title"}},
    {"findReplace": {"find": "nowhere", "replacement": "nowhere", "sheetId": 0}},
    {"deleteSheet": {"sheetId": 0}},
]


@pytest.fixture
def stub() -> Iterator[StubSheets]:
    with StubSheets() as running:
        yield running


@pytest.fixture
def asking(stub: StubSheets) -> Asking:
    asking = Asking(stub)
    asking.values("PUT", "Sheet1!A1", {"values": [["id", "Name"], ["1", 2], [True]]}, valueInputOption="RAW")
    return asking


Question = tuple[str, str, Any, dict[str, Any]]
ALL_OF_IT: list[tuple[str, Question]] = [
    ("get", ("GET", "", None, {})),
    ("batchUpdate", ("POST", ":batchUpdate", {"requests": REQUESTS, "includeSpreadsheetInResponse": True}, {})),
    ("values.get", ("GET", "/values/A1%3AC9", None, {"majorDimension": "COLUMNS", "valueRenderOption": "FORMULA"})),
    ("values.batchGet", ("GET", "/values:batchGet", None, {"ranges": ["A1:B2", "Sheet1"]})),
    (
        "values.update",
        (
            "PUT",
            "/values/A1",
            {"range": "A1", "majorDimension": "ROWS", "values": [["x", None, 1.5]]},
            {"valueInputOption": "USER_ENTERED", "includeValuesInResponse": "true"},
        ),
    ),
    (
        "values.append",
        (
            "POST",
            "/values/A1:append",
            {"values": [["x"], []]},
            {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS", "includeValuesInResponse": "true"},
        ),
    ),
    ("values.clear", ("POST", "/values/A1%3AB1:clear", None, {})),
    (
        "values.batchUpdate",
        (
            "POST",
            "/values:batchUpdate",
            {"valueInputOption": "RAW", "data": [{"range": "A1", "values": [["x"]]}], "includeValuesInResponse": True},
            {},
        ),
    ),
    ("values.batchClear", ("POST", "/values:batchClear", {"ranges": ["A1", "B2:C3"]}, {})),
]


@pytest.mark.parametrize(("name", "question"), ALL_OF_IT)
def test_every_answer_has_the_shape_that_google_gives_it(asking: Asking, name: str, question: Question) -> None:
    method, path, body, query = question
    status, answer = asking(method, path, body, **query)
    shape = next(one.response for one in METHODS if one.name == name)
    assert (status, misshapen(answer, shape)) == (200, [])
    assert set(answer) - {"updatedData"} == set(TYPES[shape]) - {"updatedData"}  # nothing is missing, either


def test_every_method_and_every_kind_of_update_is_tried() -> None:
    assert [name for name, *_ in ALL_OF_IT] == [method.name for method in METHODS]
    assert {kind for request in REQUESTS for kind in request} == set(TYPES["Request"])


def test_every_shape_is_made_of_shapes_that_there_are() -> None:
    known = {"string", "integer", "number", "boolean", "any", *ENUMERATIONS, *TYPES}
    assert {kind.strip("[]") for shape in TYPES.values() for kind in shape.values()} <= known
    for method in METHODS:
        assert {method.response, *([method.request] if method.request else [])} <= TYPES.keys()
        assert {kind.strip("[]") for kind in method.query.values()} <= known


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ({"range": 1}, ["answer.range is no string: 1"]),
        ({"colour": "red"}, ["answer.colour is unknown"]),
        ({"majorDimension": "DIAGONALS"}, ["answer.majorDimension is no Dimension: 'DIAGONALS'"]),
        ({"values": [[None]]}, ["answer.values[0] holds a <class 'NoneType'>"]),
        ({"values": "x"}, ["answer.values is no list"]),
        ([], ["answer is no ValueRange"]),
    ],
)
def test_a_misshapen_answer_would_be_noticed(answer: Any, wrong: list[str]) -> None:
    assert misshapen(answer, "ValueRange") == wrong


@pytest.mark.parametrize("mode", sorted(set(MODES) - {"html_502", "cut", "reset", "tarpit"}))
def test_every_error_has_the_shape_that_google_gives_it(stub: StubSheets, asking: Asking, mode: str) -> None:
    stub.mode = mode
    status, answer = asking("GET", "")
    assert misshapen_error(answer) == []
    assert (answer["error"]["code"], mode[:3]) == (status, str(status))


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (("GET", "", None, {"colour": "red"}), "Cannot bind query parameter. Field 'colour'"),
        (("GET", "/values/A1", None, {"majorDimension": "DIAGONALS"}), "Invalid value at 'major_dimension'"),
        (("GET", "/values/A1", None, {"majorDimension": ["ROWS", "COLUMNS"]}), "given 2 times"),
        (("GET", "/values/A1", None, {"fields": "colour"}), "invalid argument"),
        (("GET", "/values/A", None, {}), "Unable to parse range: A"),
        (("GET", "/values/Other%21A1", None, {}), "Unable to parse range: Other!A1"),
        (
            ("GET", "/values/A1001", None, {}),
            "Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        (("PUT", "/values/A1", {"values": [["x"]]}, {}), "'valueInputOption' is required but not specified"),
        (("PUT", "/values/A1", {"values": [["x"]]}, {"valueInputOption": "COOKED"}), "Invalid value at 'value_input"),
        (("PUT", "/values/A1", {"values": ["x"]}, {"valueInputOption": "RAW"}), "Invalid value at 'values[0]'"),
        (("PUT", "/values/A1", {"values": [[["x"]]]}, {"valueInputOption": "RAW"}), "Invalid values[0][0]: list_value"),
        (("PUT", "/values/A1", {"rows": []}, {"valueInputOption": "RAW"}), 'Unknown name "rows": Cannot find field.'),
        (("PUT", "/values/A1", {"range": "A2"}, {"valueInputOption": "RAW"}), "does not match value's range[A2]"),
        (
            ("PUT", "/values/A1%3AB1", {"values": [["x"], ["y"]]}, {"valueInputOption": "RAW"}),
            "Requested writing within range [Sheet1!A1:B1], but tried writing to row [2]",
        ),
        (
            ("PUT", "/values/A1%3AB1", {"values": [["x", "y", "z"]]}, {"valueInputOption": "RAW"}),
            "but tried writing to column [C]",
        ),
        (("POST", "/values:batchUpdate", {"data": 5, "valueInputOption": "RAW"}, {}), "Invalid value at 'data'"),
        (("POST", "/values:batchUpdate", [], {}), "Invalid value at ''"),
        (("POST", ":batchUpdate", {}, {}), "Must specify at least one request."),
    ],
)
def test_what_is_misshapen_or_impossible_is_refused(
    stub: StubSheets, asking: Asking, question: Question, message: str
) -> None:
    before, (method, path, body, query) = stub.grid, question
    status, answer = asking(method, path, body, **query)
    assert (status, answer["error"]["status"], misshapen_error(answer)) == (400, "INVALID_ARGUMENT", [])
    assert message in answer["error"]["message"]
    assert stub.grid == before


@pytest.mark.parametrize(
    ("update", "message"),
    [
        ({"paintCells": {}}, "Unknown name \"paintCells\" at 'requests[0]': Cannot find field."),
        ({}, "Invalid requests[0]: No request set."),
        ({"deleteSheet": {}}, "You can't remove all the sheets"),
        ({"deleteSheet": {"sheetId": 5}}, "Invalid requests[0].deleteSheet: No grid with id: 5"),
        ({"addSheet": {"properties": {"title": "Sheet1"}}}, 'A sheet with the name "Sheet1" already exists'),
        ({"appendDimension": {"length": 1}}, "No dimension specified."),
        ({"appendDimension": {**ROWS, "length": "many"}}, "Invalid value at 'requests[0].append_dimension.length'"),
        ({"deleteDimension": {"range": ROWS}}, "You can't delete all the rows on the sheet."),
        ({"deleteDimension": {"range": {**ROWS, "startIndex": 1000}}}, "there are only 1000 rows"),
        ({"updateSheetProperties": {"properties": {"title": "x"}}}, "At least one field must be listed in 'fields'"),
        ({"updateSheetProperties": {"properties": {}, "fields": "colour"}}, "Invalid field: colour"),
        ({"updateCells": {"rows": [], "fields": "note"}}, "Invalid field: note"),
        (
            {"appendCells": {"rows": [{"values": [CELL] * 27}], "fields": "*"}},
            "Attempting to write column: 26, beyond the last requested column of: 25",
        ),
    ],
)
def test_an_update_that_cannot_be_is_refused_and_takes_the_others_with_it(
    stub: StubSheets, asking: Asking, update: Any, message: str
) -> None:
    before = stub.grid
    status, answer = asking.update(update, REQUESTS[1])
    assert (status, misshapen_error(answer)) == (400, [])
    assert message in answer["error"]["message"]
    status, _ = asking.update(REQUESTS[1], update)
    assert (status, stub.grid) == (400, before)


def test_a_mask_leaves_out_what_was_not_asked_for(asking: Asking) -> None:
    answer = asking("GET", "", fields="spreadsheetId,sheets(properties(sheetId,title))")[1]
    assert answer["sheets"] == [{"properties": {"sheetId": 0, "title": "Sheet1"}}]
    assert set(answer) == {"spreadsheetId", "sheets"}
    answer = asking("GET", "", fields="sheets.properties.gridProperties/rowCount")[1]
    assert answer == {"sheets": [{"properties": {"gridProperties": {"rowCount": 1000}}}]}
    for wrong in ("sheets(", "sheets)", "sheets..title", "sheets.title", ",", "a b"):
        assert asking("GET", "", fields=wrong)[0] == 400


@pytest.mark.parametrize(
    "area", ["Sheet1", "'Sheet1'", "A1:Z1000", "A:Z", "1:1000", "$A$1:$Z$1000", "Z1000:a1", "A1:Z"]
)
def test_ranges_are_read_as_google_reads_them(asking: Asking, area: str) -> None:
    assert asking.values("GET", area)[1]["range"] == "Sheet1!A1:Z1000"


def test_titles_are_quoted_where_they_must_be(stub: StubSheets, asking: Asking) -> None:
    for title, quoted in (("It's new", "'It''s new'"), ("CRM26", "'CRM26'"), ("Größe_1", "Größe_1")):
        stub.human.rename_tab(title)
        own = title.replace("'", "''")
        assert asking.values("GET", f"'{own}'!A1")[1]["range"] == f"{quoted}!A1"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v4"),
        ("GET", "/v4/spreadsheets"),
        ("DELETE", "/v4/spreadsheets/x"),
        ("POST", "/v4/spreadsheets/x/values/A1"),
        ("GET", "/drive/v3/files"),
    ],
)
def test_a_path_that_there_is_not_gets_a_page(stub: StubSheets, method: str, path: str) -> None:
    status, answer = ask(stub, method, path)
    assert (status, "Error 404" in answer) == (404, True)


def test_a_path_too_long_gets_a_page(asking: Asking) -> None:
    assert asking("GET", "/values:batchGet", ranges=["Sheet1!A1"] * 2_000)[0] == 414


def test_a_request_without_a_good_token_is_refused(stub: StubSheets) -> None:
    target = f"/v4/spreadsheets/{stub.spreadsheet_id}"
    for headers, start in (({}, "Request is missing"), ({"Authorization": "Bearer x"}, "Request had invalid")):
        status, answer = ask(stub, "GET", target, headers=headers)
        assert (status, answer["error"]["status"], misshapen_error(answer)) == (401, "UNAUTHENTICATED", [])
        assert answer["error"]["message"].startswith(start)


def test_what_is_no_json_is_refused(stub: StubSheets) -> None:
    headers = {"Authorization": f"Bearer {token_of(stub)}"}
    connection = http.client.HTTPConnection(LOOPBACK, stub.port, timeout=DEADLINE)
    connection.request("POST", f"/v4/spreadsheets/{stub.spreadsheet_id}:batchUpdate", "{junk", headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert answer["error"]["message"].startswith("Invalid JSON payload received.")


def test_a_token_for_reading_does_not_write(stub: StubSheets) -> None:
    scopes = ["https://www.googleapis.com/auth/spreadsheets.readonly"]
    asking = Asking(stub, scopes)
    assert asking("GET", "")[0] == 200
    status, answer = asking.values("PUT", "A1", {"values": []}, valueInputOption="RAW")
    assert (status, answer["error"]["status"]) == (403, "PERMISSION_DENIED")
