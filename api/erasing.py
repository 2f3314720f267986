"""The end of everything that a session was: what was said, what was given in it, and its event log."""

from collections.abc import Collection
from typing import Final

from api.following import Sources
from shared import log
from shared.db.unit_of_work import UnitOfWork
from shared.errors import BrokerUnavailable
from shared.event_log import FENCES_PER_TURN, EventId, event
from shared.vocabulary import EventName

ERASED_SECONDS: Final = 600  # longer than any worker holds on to a turn

Erased = dict[str, int]
"""Sessions that are no more, with the place that the next turn of each would have had."""


async def erase_rows(session_ids: Collection[str], uow: UnitOfWork) -> Erased:
    """Delete the sessions, and take back what was given in them; call it in a transaction.

    The turns go first: whoever is at one of them can't give anything in it after that.
    """
    erased = {session_id: await uow.sessions.erase(session_id) for session_id in session_ids}
    for session_id in session_ids:
        await uow.leads.withdraw(session_id)
    return erased


async def erase_logs(erased: Erased, sources: Sources) -> None:
    """Remove the event logs of erased sessions; with Redis away, they go when their time to live is over.

    Each is named in our log: who restores an older backup has to erase it again.
    """
    for session_id, next_seq in erased.items():
        log.get().info("session_erased", session_id=session_id)
        tombstone = event(EventId(next_seq * FENCES_PER_TURN, 0), EventName.CANCELLED, {})
        try:
            await sources.event_log.erase(session_id, tombstone, ERASED_SECONDS)
        except BrokerUnavailable:
            log.get().warning("event_log_outlives_session", session_id=session_id)
