"""Leads in a database, a stub of Google Sheets, and what mirrors the ones in the other."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import insert, select, text, update

from shared.db.columns import utc_now
from shared.db.leads import Capture, Given
from shared.db.mirrors import MirrorState
from shared.db.models import leads, mirrors, outbox
from shared.db.outbox import Backlog
from shared.db.reconciliations import Found, Reconciliation
from shared.ids import new_id
from shared.vocabulary import Detail, LeadStatus, OutboxState, Target
from tests.stack import Stack
from tests.stubs.sheets import StubSheets
from tests.stubs.sheets_asking import client_of
from workers.adapters.google_sheet import GoogleSheet
from workers.adapters.owner import owner
from workers.adapters.sheet_client import Patience
from workers.dependencies import LeadMirror
from workers.domain.sheet_cells import COLUMNS, Fate, entry_of
from workers.handlers.flush_outbox import flush
from workers.handlers.reconcile_sheet import reconcile
from workers.ports import SheetUnavailable

PATIENT: Final = Patience(connect=5, read=5, answer=5, total=8)
NOTES: Final = "Notes"

Row = dict[str, Any]


def sheet_settings(stub: StubSheets) -> dict[str, Any]:
    """Return the settings that make a desk write to the stub."""
    return {
        "google_sheet_id": stub.spreadsheet_id,
        "google_service_account_json": json.dumps(stub.service_account()),
        "google_sheets_base_url": stub.base_url,
    }


@dataclass
class SheetDesk:
    """What a test of mirroring acts on and looks at."""

    stack: Stack
    stub: StubSheets
    requests_per_minute: int = 10_000
    mirrors: list[LeadMirror] = field(default_factory=list)

    def mirror(self, patience: Patience = PATIENT, **settings: Any) -> LeadMirror:
        """Return what mirrors, as a process of its own would have it."""
        wanted = self.stack.settings(**(sheet_settings(self.stub) | settings))
        made = LeadMirror(self.stack.database, GoogleSheet(wanted, patience), owner(), self.requests_per_minute)
        self.mirrors.append(made)
        return made

    async def capture(self, name: str, email: str | None = None, phone: str | None = None) -> int:
        """Capture a lead."""
        email = f"{name.lower()}@example.com" if email is None and phone is None else email
        details = {Detail.NAME: name, Detail.EMAIL: email, Detail.PHONE: phone}
        given = [Given(kind, value) for kind, value in details.items() if value]
        capture = Capture(new_id(), given, LeadStatus.CAPTURED, consent_text="May we?")
        return await self.stack.database.write(lambda uow: uow.leads.capture(capture))

    async def rename(self, lead_id: int, name: str) -> None:
        """Change a lead's name."""
        given = [Given(Detail.NAME, name)]
        await self.stack.database.write(lambda uow: uow.leads.amend(lead_id, given))

    async def summarise(self, lead_id: int, summary: str) -> None:
        """Write down what a lead wants."""
        await self.stack.database.write(lambda uow: uow.leads.summarise(lead_id, summary, 1))

    async def erase(self, lead_id: int) -> None:
        """Erase a lead."""
        await self.stack.database.write(lambda uow: uow.leads.erase(lead_id))

    async def capture_many(self, count: int, first: int = 1) -> None:
        """Store many leads at once, with their rows in the outbox."""
        numbers = range(first, first + count)
        lead_rows = [
            {
                "id": n,
                "session_id": new_id(),
                "name": f"Visitor {n}",
                "email": f"visitor-{n}@example.com",
                "phone": f"+4930{n:07d}",
                "status": LeadStatus.CAPTURED.value,
                "created_at": utc_now(),
                "updated_at": utc_now(),
            }
            for n in numbers
        ]
        parcels = [
            {
                "target": Target.SHEET.value,
                "object_key": str(n),
                "version": 1,
                "state": OutboxState.PENDING.value,
                "next_attempt_at": utc_now(),
                "attempt": 0,
            }
            for n in numbers
        ]
        async with self.stack.database.engine.begin() as connection:
            for start in range(0, count, 500):
                await connection.execute(insert(leads).values(lead_rows[start : start + 500]))
                await connection.execute(insert(outbox).values(parcels[start : start + 500]))

    async def flush(self) -> Found:
        """Send what waits, as a process of its own."""
        return await flush(self.mirror())

    async def try_to_flush(self) -> None:
        """Send what waits, or fail as Google wants it."""
        with suppress(SheetUnavailable):
            await self.flush()

    async def reconcile(self) -> Found:
        """Compare everything, as a process of its own."""
        return await reconcile(self.mirror())

    async def reconcile_as(self, **settings: Any) -> Found:
        """Compare everything, with other settings."""
        return await reconcile(self.mirror(**settings))

    def crop_to(self, rows: int) -> None:
        """Freeze the headers, and cut the tab off below so many rows."""
        tab = client_of(self.stub).open_by_key(self.stub.spreadsheet_id).sheet1
        tab.freeze(rows=1)
        tab.resize(rows=rows)

    async def waiting(self) -> Backlog:
        """Return what the sheet has not got yet."""
        return await self.stack.database.read(lambda uow: uow.outbox.backlog(Target.SHEET))

    async def state(self) -> MirrorState:
        """Return how the mirror is doing."""
        return await self.stack.database.read(lambda uow: uow.mirrors.state(Target.SHEET))

    async def last_reconciliation(self) -> Reconciliation | None:
        """Return the newest report."""
        return await self.stack.database.read(lambda uow: uow.reconciliations.last())

    async def wanted(self) -> dict[str, Row]:
        """Return what the sheet is to show of each lead, by its number."""
        async with self.stack.database.engine.connect() as connection:
            ids = (await connection.execute(select(leads.c.id))).scalars().all()
        stored = await self.stack.database.read(lambda uow: uow.mirrored_leads.after(0, len(ids) + 1))
        entries = [entry_of(lead) for lead in stored]
        rows = [dict(zip(COLUMNS, entry.cells, strict=True)) for entry in entries if entry.fate is Fate.PRESENT]
        return {row["lead_id"]: row for row in rows}

    @property
    def shown(self) -> list[Row]:
        """The rows of the sheet that are leads', without people's cells."""
        rows = [row for row in self.stub.rows() if str(row.get("lead_id", "")).isdigit()]
        return [{name: str(row.get(name, "")) for name in COLUMNS} for row in rows]

    @property
    def appended(self) -> Counter[str]:
        """How often each lead was appended."""
        requests = [request for request in self.stub.requests if request.method == "values.append"]
        return Counter(line[0] for request in requests for line in request.body["values"])

    def beside(self, header: str = NOTES) -> dict[str, str]:
        """Return what people have written beside leads in one of their own columns, by lead_id."""
        rows = [row for row in self.stub.rows() if str(row.get("lead_id", "")).isdigit()]
        return {str(row["lead_id"]): str(row[header]) for row in rows if row.get(header)}

    async def is_mirrored(self) -> None:
        """Fail unless the sheet shows every lead once, as it is, and nothing waits."""
        shown = sorted(self.shown, key=lambda row: int(row["lead_id"]))
        assert shown == [row for _, row in sorted((await self.wanted()).items(), key=lambda item: int(item[0]))]
        assert (await self.waiting()).pending == 0

    def note(self, texts: Mapping[int, str], header: str = NOTES) -> None:
        """Have the human write beside leads, in a column of their own right of ours."""
        headers = [str(cell) for cell in self.stub.grid[0]]
        if header not in headers:
            self.stub.human.edit(f"{letter(len(headers))}1", header)
            headers.append(header)
        for number, row in enumerate(self.stub.grid, 1):
            for lead_id, words in texts.items():
                if row and row[headers.index("lead_id")] == str(lead_id):
                    self.stub.human.edit(f"{letter(headers.index(header))}{number}", words)

    async def let_time_pass(self, seconds: float) -> None:
        """Let the database and Google believe that so much time has passed."""
        self.stub.advance(seconds)
        earlier = {"sqlite": "strftime('%Y-%m-%d %H:%M:%f', {0}, '-{1} seconds') || '000'"}.get(
            self.stack.database.engine.dialect.name, "{0} - INTERVAL {1} SECOND"
        )
        columns = ("lease_until", "requests_counted_at", "breaker_until")
        changes = ", ".join(f"{name} = {earlier.format(name, seconds)}" for name in columns)
        async with self.stack.database.engine.begin() as connection:
            await connection.execute(text(f"UPDATE mirrors SET {changes}"))  # noqa: S608 - our own
            due = update(outbox).values(next_attempt_at=utc_now())
            await connection.execute(due)

    async def forget_hold(self) -> None:
        """Let the lease of a process that died end."""
        async with self.stack.database.engine.begin() as connection:
            await connection.execute(update(mirrors).values(lease_until=utc_now(-1)))


def letter(column: int) -> str:
    """Return the name of a column below 26."""
    return chr(ord("A") + column)


@contextmanager
def sheet_desk_on(stack: Stack, stub: StubSheets) -> Iterator[SheetDesk]:
    """Give a desk, and let go of the threads that waited for Google."""
    desk = SheetDesk(stack, stub)
    yield desk
    for mirror in desk.mirrors:
        mirror.sheet.close()
