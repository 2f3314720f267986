"""Sessions end when their time is over, and nobody who talks on becomes a lead by that."""

import asyncio

from sqlalchemy import text, update

from shared.db.columns import utc_now
from shared.db.lead_states import LeadState
from shared.db.models import sessions
from shared.db.unit_of_work import Database
from shared.vocabulary import Detail, LeadStep, SessionStatus
from tests.eventually import eventually
from tests.factories import OpenSession, open_session
from tests.integration.lead_store import rows
from tests.stack import Stack
from workers.domain.leads.progress import Progress
from workers.handlers.expire_sessions import expire_some

ENDING = text("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'UPDATE sessions SET status%'")


async def over(database: Database) -> OpenSession:
    """Open a session whose time is over, and in which an address was given."""
    session = await open_session(database, ttl_seconds=-1)
    given = Progress().with_details({Detail.EMAIL: f"{session.id}@example.com"}, "turn", corrects=False)
    state = LeadState(LeadStep.ASKING_PHONE, given.memory())
    await database.write(lambda uow: uow.lead_states.put(session.id, state))
    return session


async def test_whose_time_is_over_is_ended_once_and_kept_as_a_lead(stack: Stack) -> None:
    ended = [(await over(stack.database)).id for _ in range(3)]
    assert sorted(await stack.database.write(expire_some)) == sorted(ended)
    assert await stack.database.write(expire_some) == []
    assert sorted(lead.email for lead in await rows(stack.database)) == sorted(f"{one}@example.com" for one in ended)


async def test_a_visitor_who_posts_just_as_their_session_would_end_is_no_lead_yet(production_stack: Stack) -> None:
    database = production_stack.database
    talking, silent = await over(database), await over(database)
    prolong = update(sessions).where(sessions.c.id == talking.id).values(expires_at=utc_now(3600))
    async with database.engine.begin() as posting:
        await posting.execute(prolong)
        expiring = asyncio.create_task(database.write(expire_some))
        await eventually(lambda: _ended_or_waits(expiring, database))
    assert await expiring == [silent.id]
    assert [lead.email for lead in await rows(database)] == [f"{silent.id}@example.com"]
    session = await database.read(lambda uow: uow.sessions.find(talking.token))
    assert session
    assert session.status == SessionStatus.ACTIVE


async def _ended_or_waits(expiring: asyncio.Task[list[str]], database: Database) -> bool:
    """Tell whether expiring is done, or waits to end the session whose row the visitor's post has locked."""
    async with database.engine.connect() as connection:
        return expiring.done() or bool((await connection.execute(ENDING)).scalar_one())
