"""End sessions whose time is over."""

from shared import log
from shared.db.unit_of_work import UnitOfWork
from shared.jobs import ExpireSessions
from workers.dependencies import Dependencies
from workers.handlers.lead_talk import abandoned


async def expire_sessions(_: ExpireSessions, use: Dependencies) -> None:
    """Mark them expired, in batches; a session that waits for an answer is left to get it."""
    while expired := await use.database.write(expire_some):
        log.get().info("sessions_expired", sessions=len(expired))


async def expire_some(uow: UnitOfWork) -> list[str]:
    """End some sessions, and keep as leads those whose visitors can be reached; return the sessions' ids."""
    expired = await uow.sessions.expire()
    for session_id, state in (await uow.lead_states.of(expired)).items():
        if change := abandoned(session_id, state):
            await change.store(session_id, uow)
    return expired
