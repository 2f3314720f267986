"""What was said in the sessions that made a lead, for the sentence that says what the visitor wants."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.leads import Leads
from shared.db.models import documents_were_asked, lead_states, lead_values, turns
from shared.vocabulary import Detail, TurnStatus


class Talk(NamedTuple):
    """A session's questions and answers, oldest first, up to its last turn, and the lead that came of it."""

    session_id: str
    lead_id: int
    due_at: datetime
    last_seq: int
    turns: list[tuple[str, str]]


class Talks:
    """Turns of sessions whose `lead_states` say that a summary is due."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def due(self, limit: int) -> list[Talk]:
        """Return talks that have come to rest, and went on since they were summarised."""
        due = (lead_states.c.summary_due_at <= utc_now(), lead_states.c.lead_id.is_not(None))
        query = select(lead_states).where(*due).order_by(lead_states.c.summary_due_at).limit(limit)
        rows = (await self._connection.execute(query)).all()
        return [await self._talk(row.session_id, row.lead_id, row.summary_due_at) for row in rows]

    async def summarised(self, talk: Talk, summary: str, *, announce: bool) -> None:
        """Store the summary, unless the talk has gone on meanwhile and is due again."""
        same = (lead_states.c.session_id == talk.session_id, lead_states.c.summary_due_at == talk.due_at)
        done = await self._connection.execute(update(lead_states).where(*same).values(summary_due_at=None))
        if done.rowcount and summary:
            leads = Leads(self._connection)
            await leads.summarise(talk.lead_id, summary, talk.last_seq, session_id=talk.session_id, announce=announce)

    async def _talk(self, session_id: str, lead_id: int, due_at: datetime) -> Talk:
        """Return what the documents were asked, and last what was written into the contact form."""
        spoken = (turns.c.session_id == session_id, turns.c.status == TurnStatus.DONE, documents_were_asked(turns))
        asked = select(turns.c.seq, turns.c.question, turns.c.answer).where(*spoken).order_by(turns.c.seq)
        written = select(lead_values.c.value).where(
            lead_values.c.session_id == session_id, lead_values.c.kind == Detail.MESSAGE
        )
        rows = (await self._connection.execute(asked)).all()
        said = [(row.question, row.answer or "") for row in rows]
        said += [(value, "") for value in (await self._connection.execute(written)).scalars()]
        return Talk(session_id, lead_id, due_at, rows[-1].seq if rows else 0, said)
