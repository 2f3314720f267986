"""Leads as a CSV file that spreadsheets open as it is meant: every cell is text, whatever a visitor wrote."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from shared.db.lead_pages import EVERY, LeadFilter, LeadRecord
from shared.db.unit_of_work import Database
from shared.formulas import quoted

PAGE: Final = 500
COLUMNS: Final = (
    "id", "status", "name", "email", "phone", "message", "intent_summary", "consent_at", "consent_text", "session_id",
    "created_at", "updated_at",
)  # fmt: skip
BYTE_ORDER_MARK: Final = "\ufeff"  # without it, Excel takes UTF-8 for the computer's old code page


async def exported(database: Database, wanted: LeadFilter = EVERY) -> AsyncIterator[bytes]:
    """Yield the file in pieces, newest lead first. Raises DatabaseUnavailable."""
    yield rendered([COLUMNS], start=BYTE_ORDER_MARK)
    before: int | None = None
    while page := await database.read(lambda uow, before=before: uow.lead_pages.page(wanted, before, PAGE)):  # type: ignore[misc]
        yield rendered(map(_row, page))
        before = page[-1].id


def rendered(rows: Iterable[Sequence[str]], start: str = "") -> bytes:
    """Return rows as they stand in the file."""
    file = io.StringIO()
    file.write(start)
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def cell(value: Any) -> str:
    """Return a value as text that no spreadsheet takes for a formula; phone numbers stay as they are."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return quoted(str(value))


def _row(lead: LeadRecord) -> list[str]:
    return [cell(getattr(lead, name)) for name in COLUMNS]
