"""What `frontdesk sheets` does: mirrors leads without a worker, and tells how that goes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Final, TypeVar

import msgspec
import typer

from shared import log
from shared.db.mirrors import MirrorState
from shared.db.outbox import Backlog
from shared.db.reconciliations import Found, Reconciliation
from shared.db.unit_of_work import Database, UnitOfWork
from shared.errors import SettingsInvalid
from shared.settings import Settings
from shared.vocabulary import Breaker, Target
from workers.adapters.lead_mirror import lead_mirror_for
from workers.adapters.owner import owner
from workers.dependencies import LeadMirror
from workers.handlers.flush_outbox import flush
from workers.handlers.reconcile_sheet import reconcile as reconcile_sheet

T = TypeVar("T")
State = tuple[Backlog, Reconciliation | None, MirrorState]

PATIENCE_SECONDS: Final = 60.0
NOT_SET_UP: Final = (
    "No sheet is set up: set GOOGLE_SHEET_ID, and GOOGLE_SERVICE_ACCOUNT_FILE or GOOGLE_SERVICE_ACCOUNT_JSON. "
    "Until then, leads wait in the database."
)


def sync(settings: Settings, *, as_json: bool) -> None:
    """Send what waits, and print the report; exit code 1 when something waits still. Raises as `mirrored` does."""

    async def work(mirror: LeadMirror) -> tuple[Found, Backlog]:
        return await flush(mirror, patience_seconds=PATIENCE_SECONDS), (await mirror.database.read(_state))[0]

    found, backlog = _with_mirror(settings, work)
    report = asdict(found) | {"pending": backlog.pending}
    typer.echo(_json(report) if as_json else _sentence(report))
    if backlog.pending:
        raise typer.Exit(1)


def reconcile(settings: Settings, *, as_json: bool) -> None:
    """Compare, put right what differs, and print the report. Raises as `mirrored` does."""
    report = asdict(_with_mirror(settings, reconcile_sheet))
    typer.echo(_json(report) if as_json else _sentence(report))


def status(settings: Settings, *, as_json: bool) -> None:
    """Print how the mirror is doing."""
    backlog, last, state = _with_database(settings, lambda database: database.read(_state))
    report = {
        "configured": settings.has_sheet,
        "pending": backlog.pending,
        "oldest_pending_seconds": round(backlog.oldest_seconds, 1),
        "last_reconciliation": _report_of(last) if last else None,
        "breaker": {"state": state.breaker, "error": state.error, "retry_in_seconds": round(state.retry_in_seconds, 1)},
    }
    if as_json:
        typer.echo(_json(report))
        return
    for name, value in _lines(settings, backlog, last, state):
        typer.echo(f"{name:<16}{value}")


def _with_mirror(settings: Settings, work: Callable[[LeadMirror], Awaitable[T]]) -> T:
    async def with_mirror(database: Database) -> T:
        mirror = lead_mirror_for(settings, database, owner())
        if mirror is None:
            raise SettingsInvalid(NOT_SET_UP)
        try:
            return await work(mirror)
        finally:
            mirror.sheet.close()

    return _with_database(settings, with_mirror)


def _with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    async def with_database() -> T:
        database = Database.at(settings.database)
        try:
            return await work(database)
        finally:
            await database.close()

    log.configure("ERROR", json=False)  # what fails is said once, as a sentence
    return asyncio.run(with_database())


async def _state(uow: UnitOfWork) -> State:
    backlog = await uow.outbox.backlog(Target.SHEET)
    return backlog, await uow.reconciliations.last(), await uow.mirrors.state(Target.SHEET)


def _lines(
    settings: Settings, backlog: Backlog, last: Reconciliation | None, state: MirrorState
) -> list[tuple[str, str]]:
    waiting = (
        f"{backlog.pending} leads, the oldest for {backlog.oldest_seconds:.0f} s" if backlog.pending else "nothing"
    )
    pause = f"let alone after {state.error}, for another {state.retry_in_seconds:.0f} s"
    return [
        ("sheet", settings.google_sheet_id if settings.has_sheet else NOT_SET_UP),
        ("waiting", waiting),
        ("google", "fine" if state.breaker is Breaker.CLOSED else pause),
        ("last comparison", _told(last) if last else "none yet: run `frontdesk sheets reconcile`"),
    ]


def _told(last: Reconciliation) -> str:
    began = last.started_at.strftime("%Y-%m-%d %H:%M UTC")
    if last.finished_at is None:
        return f"{began}, not finished"
    return f"{began}, {f'failed ({last.error})' if last.error else _sentence(asdict(last.found))}"


def _report_of(last: Reconciliation) -> dict[str, Any]:
    return {"started_at": last.started_at, "finished_at": last.finished_at, **asdict(last.found), "error": last.error}


def _sentence(report: dict[str, int]) -> str:
    """Return `checked 12, added 1, unknown rows 0` for the numbers that make it."""
    return ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in report.items())


def _json(report: dict[str, Any]) -> str:
    return msgspec.json.encode(report).decode()
