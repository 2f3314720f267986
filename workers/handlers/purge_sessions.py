"""Delete sessions, and notes of what operators did, that are older than they are to be kept."""

from typing import Final

from shared import log
from shared.jobs import PurgeSessions
from workers.dependencies import Dependencies

BATCH: Final = 100  # small, so that no visitor waits for a lock


async def purge_sessions(_: PurgeSessions, use: Dependencies) -> None:
    """Delete ended sessions with everything said in them; their event logs have gone by themselves."""
    days = use.settings.retention_days
    while old := await use.database.read(lambda uow: uow.sessions.older_than(days, BATCH)):
        ids = list(old)
        await use.database.write(lambda uow, ids=ids: uow.sessions.delete(ids))  # type: ignore[misc]
        log.get().info("sessions_purged", sessions=len(ids))
    await use.database.write(lambda uow: uow.audit.forget(use.settings.audit_retention_days))
