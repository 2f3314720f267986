"""Sessions as operators read them: everything that was said, and where lead capture stands."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.lead_states import LeadState, LeadStates
from shared.db.models import sessions, turns


class Transcript(NamedTuple):
    """A row of `sessions`, its rows of `turns`, oldest first, and its state."""

    session: Row[*tuple[Any, ...]]
    turns: Sequence[Row[*tuple[Any, ...]]]
    lead: LeadState


class Transcripts:
    """The `sessions` table with all that belongs to a session, for reading."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, session_id: str) -> Transcript | None:
        """Return a session's transcript, None when there is no such session."""
        row = (await self._connection.execute(select(sessions).where(sessions.c.id == session_id))).first()
        if row is None:
            return None
        its_turns = select(turns).where(turns.c.session_id == session_id).order_by(turns.c.seq)
        states = await LeadStates(self._connection).of([session_id])
        said = (await self._connection.execute(its_turns)).all()
        return Transcript(row, said, states.get(session_id, LeadState()))
