"""Erasing leaves no log that a worker could go on in, even where the database has to be told twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from api.erasing import erase_lead, erase_session
from shared.db.claims import Claim
from shared.db.unit_of_work import Database
from shared.event_log import Appended, Entry, EventId, EventLog, event
from shared.vocabulary import EventName
from tests.eventually import eventually
from tests.factories import claimed, open_session, post
from tests.integration.lead_store import capture, email
from tests.processes import Desk
from tests.sse import SseEvent
from tests.stack import Stack
from tests.stubs.proxy import Proxy


@pytest.fixture
async def event_log(production_stack: Stack) -> AsyncIterator[EventLog]:
    event_log = EventLog(production_stack.redis.url, ttl_seconds=60)
    yield event_log
    await event_log.close()


@pytest.fixture
async def claim(production_stack: Stack) -> Claim:
    """Give the first turn of a session, which a worker is at."""
    session = await open_session(production_stack.database)
    await post(production_stack.database, session)
    return await claimed(production_stack.database, session.id)


@asynccontextmanager
async def unconfirmed(stack: Stack) -> AsyncIterator[Database]:
    """Give a way to the database that loses the reply to the next commit."""
    with Proxy(stack.database_url) as proxy:
        through = Database.at(proxy.url)
        assert await through.write(lambda uow: uow.spending.model_is_on())  # a connection that has committed before
        proxy.drop_reply(b"COMMIT")
        yield through
        await through.close()
        assert proxy.fired == 1


def said(claim: Claim, n: int) -> Entry:
    """Return an event of the worker that is at the turn."""
    place = EventId.of(claim.seq, claim.fence, n)
    return Entry(claim.session_id, event(place, EventName.RESET if n == 1 else EventName.DELTA, {}))


async def test_a_worker_writes_nothing_more_in_a_session_whose_erasure_was_not_confirmed(
    production_stack: Stack, event_log: EventLog, claim: Claim
) -> None:
    """Fault 28: what erases it finds nothing any more the second time, and shuts its worker out all the same."""
    await event_log.append([said(claim, 1)])
    async with unconfirmed(production_stack) as database:
        await erase_session(claim.session_id, database, event_log)
    assert await event_log.append([said(claim, 1), said(claim, 2)]) == [Appended.REFUSED] * 2


async def test_nor_in_the_sessions_of_a_lead_whose_erasure_was_not_confirmed(
    production_stack: Stack, event_log: EventLog, claim: Claim
) -> None:
    lead_id = await capture(production_stack.database, email("anna@example.com"), session_id=claim.session_id)
    await event_log.append([said(claim, 1)])
    async with unconfirmed(production_stack) as database:
        await erase_lead(lead_id, database, event_log)
    assert await event_log.append([said(claim, 1), said(claim, 2)]) == [Appended.REFUSED] * 2


async def test_the_streams_of_an_erased_session_end(desk: Desk) -> None:
    async with desk.visitor() as visitor:
        await visitor.open()
        of_session: list[SseEvent] = []
        of_turn: list[SseEvent] = []
        posted = await visitor.post("How do refunds work? [[stub:stall]]")
        listening = asyncio.create_task(_listen(visitor.session_events(), of_session))
        ending = asyncio.create_task(_listen(visitor.events(posted), of_turn))
        await eventually(lambda: of_turn and of_session)
        assert (await visitor.call("DELETE", "/v1/session")).status == 202
        await asyncio.wait_for(asyncio.gather(listening, ending), 5)
    assert [one.event for one in of_turn] == [EventName.RESET]
    assert [one.event for one in of_session] == [EventName.SNAPSHOT, EventName.RESET]


async def _listen(stream: AsyncIterator[SseEvent], heard: list[SseEvent]) -> None:
    async for one in stream:
        heard.append(one)  # noqa: PERF401 - looked at while it grows
