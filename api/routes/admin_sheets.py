"""The Google Sheet that leads are mirrored in: how it is doing, and what to do about it."""

from typing import Final

from fastapi import APIRouter

from api.admin_schemas import BreakerView, Done, Queued, ReconciliationView, SheetStatus, SheetSync
from api.dependencies import UseDatabase, UseSettings, UseSources
from api.errors import responses
from api.operators import CODES, operators
from shared.db.mirrors import MirrorState
from shared.db.outbox import Backlog
from shared.db.reconciliations import Reconciliation
from shared.db.unit_of_work import UnitOfWork
from shared.errors import SheetNotConfigured
from shared.jobs import FlushOutbox, ReconcileSheet
from shared.vocabulary import Scope, Target

router = APIRouter(prefix="/v1/admin/sheets", tags=["operators: sheet"])

MAY_READ: Final = operators(Scope.LEADS_READ)
MAY_WRITE: Final = operators(Scope.LEADS_WRITE)

State = tuple[Backlog, Reconciliation | None, MirrorState]


@router.get("", dependencies=[MAY_READ], responses=responses(*CODES))
async def read_sheet(database: UseDatabase, settings: UseSettings) -> SheetStatus:
    """Return how much waits for the sheet, how the last comparison went, and whether the sheet is let alone."""
    backlog, last, mirror = await database.read(_state)
    return SheetStatus(
        configured=settings.has_sheet,
        pending=backlog.pending,
        oldest_pending_seconds=round(backlog.oldest_seconds, 1),
        last_reconciliation=_told(last) if last else None,
        breaker=BreakerView(
            state=mirror.breaker, error=mirror.error, retry_in_seconds=round(mirror.retry_in_seconds, 1)
        ),
    )


@router.post("/sync", status_code=202, dependencies=[MAY_WRITE], responses=responses(*CODES))
async def sync_sheet(sources: UseSources, settings: UseSettings, body: SheetSync | None = None) -> Queued:
    """Send leads to the sheet once more: those that changed since then, or all. Without a sheet, they wait for one."""
    since = body.since if body else None
    queued = await sources.database.write(lambda uow: uow.resending.to_sheet(since))
    if settings.has_sheet:
        sources.hints.send(FlushOutbox(force=True))
    return Queued(queued=queued)


@router.post(
    "/reconcile",
    status_code=202,
    dependencies=[MAY_WRITE],
    responses=responses(*CODES, "sheet_not_configured", "broker_unavailable"),
)
async def reconcile_sheet(sources: UseSources, settings: UseSettings) -> Done:
    """Have the sheet compared with every lead; the report is in `last_reconciliation` afterwards."""
    if not settings.has_sheet:
        raise SheetNotConfigured
    await sources.hints.order(ReconcileSheet())
    return Done(status="ordered")


async def _state(uow: UnitOfWork) -> State:
    backlog = await uow.outbox.backlog(Target.SHEET)
    return backlog, await uow.reconciliations.last(), await uow.mirrors.state(Target.SHEET)


def _told(last: Reconciliation) -> ReconciliationView:
    return ReconciliationView(
        started_at=last.started_at,
        finished_at=last.finished_at,
        checked=last.found.checked,
        added=last.found.added,
        repaired=last.found.repaired,
        duplicates=last.found.duplicates,
        unknown_rows=last.found.unknown_rows,
        error=last.error,
    )
