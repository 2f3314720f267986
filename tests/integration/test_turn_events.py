"""What a worker writes of its turns, when others have written behind its back."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.db.claims import Claim, Outcome
from shared.event_log import Entry, EventId, EventLog, event
from shared.vocabulary import EventName, FinishReason, TurnStatus
from tests.eventually import eventually
from tests.servers import Redis
from tests.stubs.proxy import Proxy
from workers.adapters.turn_events import EventWriter

SESSION, OTHER = "0" * 32, "1" * 32
DONE = Outcome(TurnStatus.DONE, "Hello", finish_reason=FinishReason.STOP)


@pytest.fixture
async def event_log(redis_server: Redis) -> AsyncIterator[EventLog]:
    event_log = EventLog(redis_server.url, ttl_seconds=60)
    yield event_log
    await event_log.close()


@pytest.fixture
async def writer(event_log: EventLog) -> AsyncIterator[EventWriter]:
    writer = EventWriter(event_log)
    running = asyncio.create_task(writer.run())
    yield writer
    running.cancel()


def claimed(seq: int, fence: int = 1, session_id: str = SESSION) -> Claim:
    """Return a turn that is this worker's."""
    return Claim(f"{seq}" * 32, session_id, seq, fence, fence, "Hello?", None, overdue=False, late=False, history=())


def nothing() -> None:
    """Take no notice of a turn that was superseded."""


async def told(event_log: EventLog, session_id: str = SESSION) -> list[tuple[str, str]]:
    """Return the log's ids and events."""
    return [(str(one.id), one.name) for one in await event_log.read(session_id, None)]


async def test_a_word_that_comes_after_another_worker_has_taken_over_aborts_the_work(
    writer: EventWriter, event_log: EventLog
) -> None:
    """Fault 23: Redis refuses what a superseded worker says, and thereby tells it so."""
    superseded: list[str] = []
    with (
        writer.of(claimed(1), lambda: superseded.append("mine")) as mine,
        writer.of(claimed(1, fence=2), lambda: superseded.append("other's")) as other,
    ):
        mine.reset()
        mine.say("Hel")
        await eventually(lambda: event_log.find(SESSION, EventId.of(1, 1, 2)))
        other.reset()
        await eventually(lambda: event_log.find(SESSION, EventId.of(1, 2, 1)))
        mine.say("lo")
        await eventually(lambda: superseded)
    assert superseded == ["mine"]
    assert await told(event_log) == [("1001-1", "reset"), ("1001-2", "delta"), ("1002-1", "reset")]


async def test_an_end_that_comes_after_the_next_turn_has_begun_aborts_nothing(
    writer: EventWriter, event_log: EventLog
) -> None:
    """Fault 41: Redis came back too late for it. The turn is in the database, and its worker is at the next one."""
    superseded: list[str] = []
    with writer.of(claimed(1), lambda: superseded.append("mine")) as turn:
        turn.reset()
        turn.say("Hello")
        await eventually(lambda: event_log.find(SESSION, EventId.of(1, 1, 2)))
        following = event(EventId.of(2, 1, 1), EventName.RESET, {})
        await event_log.append([Entry(SESSION, following)])
        async with asyncio.timeout(1):
            await turn.end(DONE)
    assert superseded == []
    assert await told(event_log) == [("1001-1", "reset"), ("1001-2", "delta"), ("2001-1", "reset")]


async def test_what_a_turn_could_not_write_is_forgotten_when_nobody_is_at_it_any_more(
    redis_server: Redis, event_log: EventLog
) -> None:
    """Fault 41: it was lost, cancelled or told from the database. Only those still under way are said again."""
    with Proxy(redis_server.url) as proxy:
        through = EventLog(proxy.url, ttl_seconds=60)
        writer = EventWriter(through)
        running = asyncio.create_task(writer.run())
        proxy.drop_request(b"XADD")
        with writer.of(claimed(1, session_id=OTHER), nothing) as under_way:
            with writer.of(claimed(1), nothing) as left:
                left.reset()
                under_way.reset()
                await eventually(lambda: proxy.fired)
            await eventually(lambda: event_log.find(OTHER, EventId.of(1, 1, 2)))
        running.cancel()
        await through.close()
    assert await told(event_log, OTHER) == [("1001-2", "reset")]
    assert await told(event_log) == []
