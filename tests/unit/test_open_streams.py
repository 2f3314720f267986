"""Streams are counted for all gateways: those that are open, for as long as somebody says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from api.open_streams import LEASE_SECONDS, RENEW_SECONDS, Cap, OpenStreams
from shared.errors import TooManyStreams
from shared.event_log import EventLog
from tests.eventually import eventually
from tests.servers import Redis
from tests.unit.test_failed_attempts import Clock

MINE = Cap("address", 2, "10.0.0.1")
OTHERS = Cap("address", 2, "10.0.0.2")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def event_log(redis_server: Redis) -> AsyncIterator[EventLog]:
    event_log = EventLog(redis_server.url, ttl_seconds=60)
    yield event_log
    await event_log.close()


async def may_open(streams: OpenStreams, cap: Cap = MINE) -> bool:
    try:
        async with streams.hold([cap]):
            return True
    except TooManyStreams:
        return False


async def test_two_gateways_count_together_and_tell_each_other_what_ended(event_log: EventLog, clock: Clock) -> None:
    one, other = (OpenStreams(event_log, 100, clock) for _ in range(2))
    running = asyncio.gather(one.run(), other.run())
    async with one.hold([MINE]), AsyncExitStack() as second:
        await second.enter_async_context(one.hold([MINE]))
        assert not await may_open(one)
        assert not await may_open(other)
        assert await may_open(other, OTHERS)
        await second.aclose()
        assert await eventually(lambda: may_open(other))
        assert await eventually(lambda: may_open(one))
    running.cancel()


async def test_what_a_gateway_held_that_was_killed_counts_no_longer_after_a_while(
    event_log: EventLog, clock: Clock
) -> None:
    killed, other = (OpenStreams(event_log, 100, clock) for _ in range(2))
    async with killed.hold([MINE]), killed.hold([MINE]):
        assert not await may_open(other)
        clock.seconds += LEASE_SECONDS + 1
        assert await may_open(other)


async def test_what_is_still_open_counts_on(event_log: EventLog, clock: Clock) -> None:
    one, other = (OpenStreams(event_log, 100, clock) for _ in range(2))
    running = asyncio.create_task(one.run())
    async with one.hold([MINE]), one.hold([MINE]):
        await asyncio.sleep(0)
        clock.seconds += RENEW_SECONDS
        until = round(clock.seconds) + LEASE_SECONDS
        await eventually(lambda: _runs_out_at(event_log, until))
        clock.seconds += LEASE_SECONDS - 1
        assert not await may_open(other)
    running.cancel()


async def test_a_process_holds_so_many_open_and_no_more(event_log: EventLog, clock: Clock) -> None:
    streams = OpenStreams(event_log, 1, clock)
    async with streams.hold([MINE]):
        assert not await may_open(streams, OTHERS)
    assert await may_open(streams, OTHERS)


async def _runs_out_at(event_log: EventLog, until: int) -> bool:
    """Tell whether both leases run out then."""
    [count] = await event_log.send([("ZCOUNT", MINE.key, until, until)])
    return bool(count == 2)
