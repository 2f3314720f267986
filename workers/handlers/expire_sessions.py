"""End sessions whose time is over."""

from shared import log
from shared.jobs import ExpireSessions
from workers.dependencies import Dependencies


async def expire_sessions(_: ExpireSessions, use: Dependencies) -> None:
    """Mark them expired, in batches; a session that waits for an answer is left to get it."""
    while expired := await use.database.write(lambda uow: uow.sessions.expire()):
        log.get().info("sessions_expired", sessions=len(expired))
