"""The gateway's one read of Redis for everybody: readers come and go while it is under way, and miss nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest

from api.duties import kept_up
from api.relay import EventRelay
from shared.event_log import Entry, Event, EventId, EventLog, event
from shared.vocabulary import EventName
from tests.eventually import eventually
from tests.servers import Redis

SESSION = "0" * 32
PATIENCE = 5.0


@pytest.fixture
async def event_log(redis_server: Redis) -> AsyncIterator[EventLog]:
    event_log = EventLog(redis_server.url, ttl_seconds=60)
    yield event_log
    await event_log.close()


@pytest.fixture
async def relay(event_log: EventLog) -> AsyncIterator[EventRelay]:
    relay = EventRelay(event_log)
    async with kept_up(relay.duties):
        yield relay


@pytest.fixture
def waits(redis_server: Redis) -> Callable[[], bool]:
    """Give a look at whether the relay waits for events of those who have subscribed, for which it rang its bell."""

    def waits() -> bool:
        rung = redis_server.call("KEYS", "gateway:*:bell")
        return bool(rung and redis_server.call("INFO", "clients")["blocked_clients"])

    return waits


@contextmanager
def said_behind_their_backs(redis_server: Redis) -> Iterator[Callable[[EventId], None]]:
    """Give a way to write an event while this process's loop, and with it the relay, stands still."""
    with redis_server.client() as client:

        def say(place: EventId) -> None:
            client.execute_command("XADD", f"session:{SESSION}:events", str(place), "e", "delta", "d", "{}")

        yield say


async def write(event_log: EventLog, *places: EventId) -> None:
    """Begin a run at the first place, and go on with the others."""
    names = [EventName.RESET, *[EventName.DELTA] * (len(places) - 1)]
    events = [event(place, name, {}) for place, name in zip(places, names, strict=True)]
    await event_log.append([Entry(SESSION, one) for one in events])


async def heard(take: Callable[[float], Awaitable[list[Event]]], until: EventId) -> list[EventId]:
    """Take events until one comes."""
    ids: list[EventId] = []
    async with asyncio.timeout(PATIENCE):
        while not ids or ids[-1] < until:
            ids.extend(one.id for one in await take(PATIENCE))
    return ids


def run_of(seq: int, count: int) -> list[EventId]:
    """Return the ids of a turn's first run."""
    return [EventId.of(seq, 1, n) for n in range(1, count + 1)]


async def test_a_reader_that_returns_while_a_read_is_under_way_hears_what_came_since_it_left(
    relay: EventRelay, event_log: EventLog, redis_server: Redis, waits: Callable[[], bool]
) -> None:
    """Fault 32, at its narrowest: an event ends the read that was begun for the reader's lost connection."""
    ids = run_of(1, 6)
    await write(event_log, *ids[:5])
    with said_behind_their_backs(redis_server) as say:
        with relay.subscribe(SESSION, ids[4]):
            await eventually(waits)
        with relay.subscribe(SESSION, ids[1]) as returned:
            say(ids[5])
            assert await heard(returned.take, ids[5]) == ids[2:]


async def test_a_reader_of_an_earlier_turn_hears_it_though_others_of_the_session_are_further_on(
    relay: EventRelay, event_log: EventLog, waits: Callable[[], bool]
) -> None:
    """Fault 32: the streams of two turns come back in any order."""
    ids = run_of(1, 3)
    await write(event_log, ids[0])
    with relay.subscribe(SESSION, EventId.of(2, 0, 0)) as later:
        await eventually(waits)
        with relay.subscribe(SESSION, EventId.of(1, 0, 0)) as earlier:
            assert await heard(earlier.take, ids[0]) == ids[:1]
            await event_log.append([Entry(SESSION, event(place, EventName.DELTA, {})) for place in ids[1:]])
            assert await heard(earlier.take, ids[2]) == ids[1:]
            following = run_of(2, 1)
            await write(event_log, *following)
            assert (await heard(later.take, following[0]))[-1] == following[0]
