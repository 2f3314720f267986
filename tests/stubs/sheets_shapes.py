"""The part of Google's Sheets API, version 4, that the stub serves: its methods, and the shapes of what they exchange.

Written after the API's discovery document (revision 20240604). What is not in these tables is refused, even where
Google would take it, so that nothing a client sends is ever passed over in silence.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

# A kind is "string", "integer", "number", "boolean" or "any", the name of an enumeration or of a type,
# or a list of a kind: "[kind]".
ENUMERATIONS: Final[dict[str, tuple[str, ...]]] = {
    "Dimension": ("ROWS", "COLUMNS"),
    "ValueInputOption": ("RAW", "USER_ENTERED"),
    "ValueRenderOption": ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"),
    "DateTimeRenderOption": ("SERIAL_NUMBER", "FORMATTED_STRING"),
    "InsertDataOption": ("OVERWRITE", "INSERT_ROWS"),
    "SheetType": ("GRID",),
    "Alt": ("json",),
}

TYPES: Final[dict[str, dict[str, str]]] = {
    "Spreadsheet": {
        "spreadsheetId": "string",
        "properties": "SpreadsheetProperties",
        "sheets": "[Sheet]",
        "spreadsheetUrl": "string",
    },
    "SpreadsheetProperties": {"title": "string", "locale": "string", "timeZone": "string"},
    "Sheet": {"properties": "SheetProperties"},
    "SheetProperties": {
        "sheetId": "integer",
        "title": "string",
        "index": "integer",
        "sheetType": "SheetType",
        "gridProperties": "GridProperties",
        "hidden": "boolean",
    },
    "GridProperties": {
        "rowCount": "integer",
        "columnCount": "integer",
        "frozenRowCount": "integer",
        "frozenColumnCount": "integer",
    },
    "ValueRange": {"range": "string", "majorDimension": "Dimension", "values": "[[any]]"},
    "BatchGetValuesResponse": {"spreadsheetId": "string", "valueRanges": "[ValueRange]"},
    "UpdateValuesResponse": {
        "spreadsheetId": "string",
        "updatedRange": "string",
        "updatedRows": "integer",
        "updatedColumns": "integer",
        "updatedCells": "integer",
        "updatedData": "ValueRange",
    },
    "AppendValuesResponse": {"spreadsheetId": "string", "tableRange": "string", "updates": "UpdateValuesResponse"},
    "BatchUpdateValuesRequest": {
        "valueInputOption": "ValueInputOption",
        "data": "[ValueRange]",
        "includeValuesInResponse": "boolean",
        "responseValueRenderOption": "ValueRenderOption",
        "responseDateTimeRenderOption": "DateTimeRenderOption",
    },
    "BatchUpdateValuesResponse": {
        "spreadsheetId": "string",
        "totalUpdatedRows": "integer",
        "totalUpdatedColumns": "integer",
        "totalUpdatedCells": "integer",
        "totalUpdatedSheets": "integer",
        "responses": "[UpdateValuesResponse]",
    },
    "ClearValuesRequest": {},
    "ClearValuesResponse": {"spreadsheetId": "string", "clearedRange": "string"},
    "BatchClearValuesRequest": {"ranges": "[string]"},
    "BatchClearValuesResponse": {"spreadsheetId": "string", "clearedRanges": "[string]"},
    "BatchUpdateSpreadsheetRequest": {
        "requests": "[Request]",
        "includeSpreadsheetInResponse": "boolean",
        "responseIncludeGridData": "boolean",
        "responseRanges": "[string]",
    },
    "BatchUpdateSpreadsheetResponse": {
        "spreadsheetId": "string",
        "replies": "[Response]",
        "updatedSpreadsheet": "Spreadsheet",
    },
    "Request": {
        "addSheet": "AddSheetRequest",
        "appendCells": "AppendCellsRequest",
        "appendDimension": "AppendDimensionRequest",
        "deleteDimension": "DeleteDimensionRequest",
        "deleteRange": "DeleteRangeRequest",
        "deleteSheet": "DeleteSheetRequest",
        "findReplace": "FindReplaceRequest",
        "insertDimension": "InsertDimensionRequest",
        "updateCells": "UpdateCellsRequest",
        "updateSheetProperties": "UpdateSheetPropertiesRequest",
    },
    "FindReplaceRequest": {
        "find": "string",
        "replacement": "string",
        "matchCase": "boolean",
        "matchEntireCell": "boolean",
        "searchByRegex": "boolean",
        "includeFormulas": "boolean",
        "sheetId": "integer",
        "allSheets": "boolean",
    },
    "FindReplaceResponse": {
        "valuesChanged": "integer",
        "formulasChanged": "integer",
        "rowsChanged": "integer",
        "sheetsChanged": "integer",
        "occurrencesChanged": "integer",
    },
    "Response": {"addSheet": "AddSheetResponse", "findReplace": "FindReplaceResponse"},
    "AddSheetRequest": {"properties": "SheetProperties"},
    "AddSheetResponse": {"properties": "SheetProperties"},
    "AppendCellsRequest": {"sheetId": "integer", "rows": "[RowData]", "fields": "string"},
    "AppendDimensionRequest": {"sheetId": "integer", "dimension": "Dimension", "length": "integer"},
    "DeleteDimensionRequest": {"range": "DimensionRange"},
    "DeleteRangeRequest": {"range": "GridRange", "shiftDimension": "Dimension"},
    "DeleteSheetRequest": {"sheetId": "integer"},
    "InsertDimensionRequest": {"range": "DimensionRange", "inheritFromBefore": "boolean"},
    "UpdateCellsRequest": {"rows": "[RowData]", "fields": "string", "start": "GridCoordinate", "range": "GridRange"},
    "UpdateSheetPropertiesRequest": {"properties": "SheetProperties", "fields": "string"},
    "DimensionRange": {
        "sheetId": "integer",
        "dimension": "Dimension",
        "startIndex": "integer",
        "endIndex": "integer",
    },
    "GridRange": {
        "sheetId": "integer",
        "startRowIndex": "integer",
        "endRowIndex": "integer",
        "startColumnIndex": "integer",
        "endColumnIndex": "integer",
    },
    "GridCoordinate": {"sheetId": "integer", "rowIndex": "integer", "columnIndex": "integer"},
    "RowData": {"values": "[CellData]"},
    "CellData": {"userEnteredValue": "ExtendedValue"},
    "ExtendedValue": {
        "numberValue": "number",
        "stringValue": "string",
        "boolValue": "boolean",
        "formulaValue": "string",
    },
}

ANY_METHOD_TAKES: Final = {"alt": "Alt", "fields": "string", "prettyPrint": "boolean"}
WRITE_SCOPES: Final = tuple(
    f"https://www.googleapis.com/auth/{name}" for name in ("spreadsheets", "drive", "drive.file")
)
READ_SCOPES: Final = (
    *WRITE_SCOPES,
    "https://www.googleapis.com/auth/spreadsheets.readonly",
    "https://www.googleapis.com/auth/drive.readonly",
)
RENDERING: Final = {
    "majorDimension": "Dimension",
    "valueRenderOption": "ValueRenderOption",
    "dateTimeRenderOption": "DateTimeRenderOption",
}
WRITING: Final = {
    "valueInputOption": "ValueInputOption",
    "includeValuesInResponse": "boolean",
    "responseValueRenderOption": "ValueRenderOption",
    "responseDateTimeRenderOption": "DateTimeRenderOption",
}


@dataclass(frozen=True)
class Method:
    """A method of the API."""

    name: str
    http: Literal["GET", "POST", "PUT"]
    path: str
    response: str
    request: str | None = None
    query: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Literal["read", "write"]:
        """Which of the two quotas it counts towards."""
        return "read" if self.http == "GET" else "write"

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of which a token must have one."""
        return READ_SCOPES if self.http == "GET" else WRITE_SCOPES

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What the raw path matches."""
        parts = {"spreadsheetId": "(?P<spreadsheetId>[^/:]+)", "range": "(?P<range>[^/]+)"}
        return re.compile("/" + re.sub(r"\{(\w+)\}", lambda found: parts[found[1]], self.path))


ONE: Final = "v4/spreadsheets/{spreadsheetId}"
METHODS: Final = (
    Method("get", "GET", ONE, "Spreadsheet", query={"includeGridData": "boolean", "ranges": "[string]"}),
    Method(
        "batchUpdate",
        "POST",
        f"{ONE}:batchUpdate",
        "BatchUpdateSpreadsheetResponse",
        "BatchUpdateSpreadsheetRequest",
    ),
    Method("values.get", "GET", f"{ONE}/values/{{range}}", "ValueRange", query=RENDERING),
    Method(
        "values.batchGet",
        "GET",
        f"{ONE}/values:batchGet",
        "BatchGetValuesResponse",
        query={"ranges": "[string]", **RENDERING},
    ),
    Method("values.update", "PUT", f"{ONE}/values/{{range}}", "UpdateValuesResponse", "ValueRange", WRITING),
    Method(
        "values.append",
        "POST",
        f"{ONE}/values/{{range}}:append",
        "AppendValuesResponse",
        "ValueRange",
        {"insertDataOption": "InsertDataOption", **WRITING},
    ),
    Method("values.clear", "POST", f"{ONE}/values/{{range}}:clear", "ClearValuesResponse", "ClearValuesRequest"),
    Method(
        "values.batchUpdate",
        "POST",
        f"{ONE}/values:batchUpdate",
        "BatchUpdateValuesResponse",
        "BatchUpdateValuesRequest",
    ),
    Method(
        "values.batchClear",
        "POST",
        f"{ONE}/values:batchClear",
        "BatchClearValuesResponse",
        "BatchClearValuesRequest",
    ),
)
