"""Compare the sheet with every lead, put right what differs, and report it."""

from typing import Final

from shared.db.reconciliations import Found
from shared.errors import FrontdeskError
from shared.jobs import ReconcileSheet
from workers.dependencies import Dependencies, LeadMirror
from workers.handlers.mirroring import mirrored

PATIENCE_SECONDS: Final = 60.0


async def reconcile_sheet(_: ReconcileSheet, use: Dependencies) -> None:
    """Do so when there is a sheet, even one that is let alone after a failure: it may have recovered."""
    if use.lead_mirror:
        await reconcile(use.lead_mirror)


async def reconcile(mirror: LeadMirror) -> Found:
    """Do so now, and keep the report. Raises as `mirrored` does."""
    number = await mirror.database.stepwise(lambda uow: uow.reconciliations.start())
    try:
        found = await mirrored(mirror, PATIENCE_SECONDS)
    except FrontdeskError as error:
        code = error.code
        await mirror.database.stepwise(lambda uow: uow.reconciliations.finish(number, Found(), code))
        raise
    await mirror.database.stepwise(lambda uow: uow.reconciliations.finish(number, found))
    return found
