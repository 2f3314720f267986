"""Many sessions' events written at once: each learns its own fate, and a Redis that stalls mixes up none of them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.errors import BrokerUnavailable
from shared.event_log import Appended, Entry, EventId, EventLog, event, stream_key
from shared.redis_client import redis_client
from shared.vocabulary import EventName
from tests.eventually import eventually
from tests.servers import Redis

STALL_MS = 60_000
PATIENCE_SECONDS = 1.0


@pytest.fixture
async def event_log(redis_server: Redis) -> AsyncIterator[EventLog]:
    event_log = EventLog(redis_server.url, ttl_seconds=60, socket_timeout=PATIENCE_SECONDS)
    yield event_log
    await event_log.close()


def reset(session_id: str, n: int = 1) -> Entry:
    """Return an event that may begin a log."""
    return Entry(session_id, event(EventId.of(1, 1, n), EventName.RESET, {}))


def delta(session_id: str, n: int, text: str = "a word") -> Entry:
    """Return an event that may not."""
    return Entry(session_id, event(EventId.of(1, 1, n), EventName.DELTA, {"text": text}))


async def test_each_event_of_a_batch_learns_its_own_fate(event_log: EventLog) -> None:
    assert await event_log.append([reset("here")]) == [Appended.WRITTEN]
    batch = [delta("gone", 2), reset("new"), delta("here", 1), delta("here", 2), delta("new", 2)]
    fates = [Appended.MISSING, Appended.WRITTEN, Appended.REFUSED, Appended.WRITTEN, Appended.WRITTEN]
    assert await event_log.append(batch) == fates
    assert [str(one.id) for one in await event_log.read("here", None)] == ["1001-1", "1001-2"]


async def test_text_in_many_scripts_comes_back_as_it_went(event_log: EventLog) -> None:
    said = delta("here", 2, 'Grüße 退款 🚲 "quoted"\r\n$5\r\n' + "x" * 100_000)
    await event_log.append([reset("here"), said])
    assert await event_log.find("here", said.event.id) == said.event


async def test_a_log_lives_for_its_time_and_no_longer(redis_server: Redis, event_log: EventLog) -> None:
    await event_log.append([reset("here")])
    assert 0 < redis_server.call("TTL", stream_key("here")) <= event_log.ttl_seconds


async def test_a_reply_that_comes_too_late_is_not_taken_for_another(redis_server: Redis, event_log: EventLog) -> None:
    await event_log.append([reset("here")])
    redis_server.call("CLIENT", "PAUSE", STALL_MS, "WRITE")
    with pytest.raises(BrokerUnavailable):
        await event_log.append([reset("late"), delta("here", 2)])
    redis_server.call("CLIENT", "UNPAUSE")
    assert await event_log.append([delta("gone", 3), delta("here", 3)]) == [Appended.MISSING, Appended.WRITTEN]


async def test_a_writer_who_is_cancelled_leaves_no_reply_behind(redis_server: Redis, event_log: EventLog) -> None:
    await event_log.append([reset("here")])
    redis_server.call("CLIENT", "PAUSE", STALL_MS, "WRITE")
    writing = asyncio.create_task(event_log.append([reset("late"), delta("here", 2)]))
    await eventually(lambda: "cmd=xadd" in redis_server.call("CLIENT", "LIST"))
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    redis_server.call("CLIENT", "UNPAUSE")
    assert await event_log.append([delta("gone", 3), delta("here", 3)]) == [Appended.MISSING, Appended.WRITTEN]


async def test_connections_that_the_server_closed_meanwhile_fail_nobody(redis_server: Redis) -> None:
    """One for each of some commands at once, then a restart: those that come after it find a Redis that answers."""
    event_log = EventLog(redis_server.url, ttl_seconds=60)
    await asyncio.gather(*(event_log.read("anyone's", None) for _ in range(4)))
    with redis_client(redis_server.url, socket_timeout=2) as client:
        client.ping()
        redis_server.kill9()
        await asyncio.to_thread(redis_server.start)
        assert client.ping()
        assert await asyncio.gather(*(event_log.read("anyone's", None) for _ in range(4))) == [[], [], [], []]
    await event_log.close()
