"""Bring the sheet up to date with the leads that have changed."""

from contextlib import suppress

from shared.db.reconciliations import Found
from shared.db.unit_of_work import UnitOfWork
from shared.jobs import FlushOutbox
from shared.vocabulary import Breaker, Target
from workers.dependencies import Dependencies, LeadMirror
from workers.handlers.mirroring import mirrored
from workers.ports import SheetBusy


async def flush_outbox(job: FlushOutbox, use: Dependencies) -> None:
    """Do so when leads wait, the sheet is not let alone after a failure, and nobody else is at it."""
    if use.lead_mirror:
        with suppress(SheetBusy):
            await flush(use.lead_mirror, force=job.force)


async def flush(mirror: LeadMirror, *, force: bool = True, patience_seconds: float = 0.0) -> Found:
    """Do so, unless nothing waits; `force` whatever happened before. Raises as `mirrored` does."""
    return await mirrored(mirror, patience_seconds) if await _is_due(mirror, force=force) else Found()


async def _is_due(mirror: LeadMirror, *, force: bool) -> bool:
    async def ask(uow: UnitOfWork) -> bool:
        if not await uow.outbox.due(Target.SHEET, 1):
            return False
        return force or (await uow.mirrors.state(Target.SHEET)).breaker is not Breaker.OPEN

    return await mirror.database.read(ask)
