"""The sheet as a tab of a spreadsheet at Google."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any, Final, TypeVar

from gspread.utils import absolute_range_name, rowcol_to_a1

from shared.settings import Settings
from workers.adapters.google_account import credentials_of
from workers.adapters.sheet_client import Patience, SheetClient
from workers.adapters.sheet_errors import ERRORS, TabRenamed, of_client
from workers.domain.sheet_plan import Block
from workers.domain.tab import Place, Rows
from workers.ports import Leave, SheetMisshapen, SheetRefused, SheetUnavailable

T = TypeVar("T")
Ask = Callable[[SheetClient, str], T]

FIRST_TAB: Final = 0  # the id of the tab that a spreadsheet begins with
WANTED: Final = "sheets.properties(sheetId,title,gridProperties(rowCount,frozenRowCount))"
PATIENCE: Final = Patience()
RAW: Final = {"valueInputOption": "RAW"}


class GoogleSheet:
    """A spreadsheet, and the threads in which its client waits for it."""

    def __init__(self, settings: Settings, patience: Patience = PATIENCE) -> None:
        self._settings = settings
        self.patience = patience
        self._client: SheetClient | None = None
        # Of its own, so that a Google that never answers keeps nobody else waiting.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="sheet")

    def open(self, leave: Leave) -> "GoogleTab":
        """Return the tab that the settings name."""
        return GoogleTab(self, leave, self._settings.google_sheet_tab_id)

    async def ask(self, ask: Ask[T]) -> T:
        """Make one request. Raises the port's errors, and SettingsInvalid."""
        try:
            async with asyncio.timeout(self.patience.total):
                return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, ask)
        except TimeoutError:
            self._client = None  # its thread may go on with it for a while
            raise SheetUnavailable("Google Sheets gave no answer in time.") from None
        except SheetRefused:
            self._client = None  # the key may be another by the next attempt
            raise

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, ask: Ask[T]) -> T:
        client = self._client
        if client is None:
            base_url = self._settings.google_sheets_base_url
            self._client = client = SheetClient(credentials_of(self._settings), base_url, self.patience)
        try:
            return ask(client, self._settings.google_sheet_id)
        except ERRORS as error:
            raise of_client(error) from None


class GoogleTab:
    """The tab, found by its id: its name is people's to change."""

    def __init__(self, sheet: GoogleSheet, leave: Leave, sheet_id: int | None) -> None:
        self._sheet, self._leave, self._wanted = sheet, leave, sheet_id
        self._found: dict[str, Any] | None = None

    async def read(self) -> Rows:
        """Return every cell as people see it; looks for the tab first when its name is not known."""
        values = await self._ask(lambda client, key: client.values_get(key, self._range()))
        return [["" if cell is None else str(cell) for cell in row] for row in values.get("values", [])]

    async def write(self, blocks: Sequence[Block]) -> None:
        """Write blocks of cells in one request, as they are: nothing is taken for a formula, a number or a date."""
        data = [{"range": self._range(_range_of(block)), "values": block.values} for block in blocks]
        await self._ask(lambda client, key: client.values_batch_update(key, {**RAW, "data": data}))

    async def append(self, below: Place, lines: Sequence[list[str | None]]) -> None:
        """Insert rows below the table around a cell.

        Google finds the end of the table at the moment of writing, and INSERT_ROWS pushes down what is below it: a row
        that somebody has just begun there would otherwise be written over.
        """
        at = self._range(rowcol_to_a1(below.row + 1, below.column + 1))
        how: dict[str, Any] = {**RAW, "insertDataOption": "INSERT_ROWS"}
        await self._ask(lambda client, key: client.values_append(key, at, how, {"values": [*lines]}))

    async def delete(self, rows: Sequence[int]) -> None:
        """Delete rows in one request, from the last to the first."""
        requests = self._room_for(rows) + [self._deletion(*run) for run in _runs(rows)]
        await self._ask(lambda client, key: client.batch_update(key, {"requests": requests}))

    async def _ask(self, ask: Ask[T]) -> T:
        if self._found is None:
            await self._leave()
            book = await self._sheet.ask(lambda client, key: client.spreadsheets_get(key, {"fields": WANTED}))
            self._found = tab_in(book, self._wanted)
        await self._leave()
        try:
            return await self._sheet.ask(ask)
        except TabRenamed:
            self._found = None
            raise

    def _range(self, cells: str | None = None) -> str:
        return str(absolute_range_name(self._tab["title"], cells))

    def _room_for(self, rows: Sequence[int]) -> list[dict[str, Any]]:
        """Return what makes an empty row where Google would refuse to delete the last ones."""
        grid = self._tab.get("gridProperties", {})
        left = grid.get("rowCount", 0) - grid.get("frozenRowCount", 0) - len(rows)
        return [] if left > 0 else [{"appendDimension": {"sheetId": self._id, "dimension": "ROWS", "length": 1}}]

    def _deletion(self, start: int, end: int) -> dict[str, Any]:
        rows = {"sheetId": self._id, "dimension": "ROWS", "startIndex": start, "endIndex": end}
        return {"deleteDimension": {"range": rows}}

    @property
    def _id(self) -> int:
        return int(self._tab.get("sheetId", FIRST_TAB))

    @property
    def _tab(self) -> dict[str, Any]:
        assert self._found, "a tab is read before anything is written to it"  # noqa: S101
        return self._found


def tab_in(book: dict[str, Any], sheet_id: int | None) -> dict[str, Any]:
    """Return the tab of that id, by default the one that every spreadsheet begins with, or the first if that is gone.

    Raises SheetMisshapen when there is none.
    """
    tabs: list[dict[str, Any]] = [sheet["properties"] for sheet in book.get("sheets", [])]
    wanted = FIRST_TAB if sheet_id is None else sheet_id
    found = [tab for tab in tabs if tab.get("sheetId", FIRST_TAB) == wanted] or (tabs if sheet_id is None else [])
    if not found:
        raise SheetMisshapen(f"The spreadsheet has no tab with #gid={wanted} in its address (GOOGLE_SHEET_TAB_ID).")
    return found[0]


def _range_of(block: Block) -> str:
    last_row, last_column = block.row + len(block.values), block.column + len(block.values[0])
    first = rowcol_to_a1(block.row + 1, block.column + 1)
    return f"{first}:{rowcol_to_a1(last_row, last_column)}"


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return neighbouring rows together, the last ones first, each run with its end after it."""
    runs = []
    for _, run in groupby(enumerate(sorted(rows, reverse=True)), key=lambda pair: pair[0] + pair[1]):
        together = [row for _, row in run]
        runs.append((together[-1], together[0] + 1))
    return runs
