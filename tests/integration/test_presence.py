"""Workers are known for as long as they give signs of life, and what is kept of those that ended stays small."""

from collections.abc import AsyncIterator

import pytest

from shared.errors import BrokerUnavailable
from shared.event_log import EventLog
from shared.presence import FRESH_SECONDS, WORKERS, announce, announced
from tests.stack import Stack

RELEASE = "20260101-000000000-0123456789ab"


@pytest.fixture
async def event_log(stack: Stack) -> AsyncIterator[EventLog]:
    log = EventLog(stack.redis.url, ttl_seconds=60)
    yield log
    await log.close()


async def test_each_worker_tells_its_own_release(event_log: EventLog) -> None:
    assert await announced(event_log) == {}
    await announce(event_log, "shop:2:b", None)
    await announce(event_log, "shop:1:a", None)
    await announce(event_log, "shop:1:a", RELEASE)
    assert await announced(event_log) == {"shop:1:a": RELEASE, "shop:2:b": None}


async def test_what_a_dead_worker_said_ends_by_itself(event_log: EventLog, stack: Stack) -> None:
    await announce(event_log, "shop:1:a", RELEASE)
    await announce(event_log, "shop:2:b", RELEASE)
    lifetimes = [stack.redis.call("TTL", key) for key in stack.redis.call("KEYS", "*")]
    assert len(lifetimes) == 3
    assert all(0 < seconds <= FRESH_SECONDS for seconds in lifetimes)
    stack.redis.call("DEL", "worker:shop:2:b:release")  # as it ends when its time is over
    assert await announced(event_log) == {"shop:1:a": RELEASE}


async def test_workers_that_ended_long_ago_are_forgotten(event_log: EventLog, stack: Stack) -> None:
    for number in range(100):
        stack.redis.call("ZADD", WORKERS, number, f"shop:{number}:old")
    await announce(event_log, "shop:1:a", RELEASE)
    assert stack.redis.call("ZCARD", WORKERS) == 1


async def test_a_redis_that_is_away_is_no_desk_without_workers() -> None:
    log = EventLog("redis://127.0.0.1:1/0", ttl_seconds=60)
    with pytest.raises(BrokerUnavailable):
        await announce(log, "shop:1:a", RELEASE)
    with pytest.raises(BrokerUnavailable):
        await announced(log)
    await log.close()
