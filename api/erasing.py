"""The end of everything that a session was: what was said, what was given in it, and its event log."""

from collections.abc import Collection
from typing import Final

from shared import log
from shared.db.unit_of_work import Database, UnitOfWork
from shared.errors import BrokerUnavailable, LeadNotFound
from shared.event_log import EventLog

ERASED_SECONDS: Final = 600  # longer than any worker holds on to a turn


async def erase_session(session_id: str, database: Database, event_log: EventLog) -> None:
    """Erase a session, and take back what was given in it. Raises DatabaseUnavailable."""
    await database.write(lambda uow: _erase_rows([session_id], uow))
    await _erase_logs([session_id], event_log)


async def erase_lead(lead_id: int, database: Database, event_log: EventLog) -> None:
    """Erase a lead everywhere, with every session in which something of it was given.

    Raises LeadNotFound and DatabaseUnavailable.
    """
    given_in = set[str]()

    async def erased(uow: UnitOfWork) -> None:
        if await uow.lead_pages.find(lead_id) is None and not given_in:
            raise LeadNotFound
        given_in.update(await uow.leads.erase(lead_id))  # once more, with the commit unconfirmed, this may find none
        await _erase_rows(sorted(given_in), uow)

    await database.write(erased)
    await _erase_logs(given_in, event_log)


async def _erase_rows(session_ids: Collection[str], uow: UnitOfWork) -> None:
    """Delete the sessions, and take back what was given in them.

    The turns go first: whoever is at one of them can't give anything in it after that.
    """
    for session_id in session_ids:
        await uow.sessions.erase(session_id)
    for session_id in session_ids:
        await uow.leads.withdraw(session_id)


async def _erase_logs(session_ids: Collection[str], event_log: EventLog) -> None:
    """Remove the event logs of erased sessions; with Redis away, they go when their time to live is over.

    Each is named in our log: who restores an older backup has to erase it again.
    """
    for session_id in session_ids:
        log.get().info("session_erased", session_id=session_id)
        try:
            await event_log.erase(session_id, ERASED_SECONDS)
        except BrokerUnavailable:
            log.get().warning("event_log_outlives_session", session_id=session_id)
