"""Many streams on one gateway: they are relayed in time, and sent away in good order when it is told to end."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle, islice
from typing import Final

import pytest

from shared.db.unit_of_work import Database, UnitOfWork
from shared.event_log import Entry, EventId, EventLog, event
from shared.ids import new_id, new_token
from shared.vocabulary import EventName
from tests.eventually import eventually
from tests.faults.fragile_desks import model_of
from tests.faults.wire import WireStream, closing, open_stream
from tests.processes import Desk
from tests.sse import check_told

STREAMS: Final = 500
OPENED_AT_ONCE: Final = 20
EVENTS_PER_SECOND: Final = (
    150  # two cores also run the senders and 500 clients: the machine must not be what is measured
)
EVENTS: Final = 450
ROUNDS: Final = 12
P99_SECONDS: Final = 0.05
LEAVING: Final = 50
EXIT_SECONDS: Final = 2.0

Session = tuple[str, str]
"""Its id and its token."""

on_production = pytest.mark.parametrize("fragile_desk", ["production"], indirect=True)


@on_production
async def test_five_hundred_streams_of_one_gateway_hear_every_event_in_time(fragile_desk: Desk) -> None:
    """Fault 38: no stream fails, and 99 of 100 events are relayed within 50 ms of being written.

    The best of a few rounds counts: what else a busy machine does can only add to the delay.
    """
    sessions = await _sessions(fragile_desk, STREAMS)
    async with _streams(fragile_desk, sessions) as streams, _event_log(fragile_desk) as event_log:
        delays: list[float] = []
        for fence in range(1, ROUNDS + 1):
            delays.append(await _p99(sessions, streams, event_log, fence))
            if delays[-1] < P99_SECONDS:
                break
        assert not any(stream.closed for stream in streams)
    assert min(delays) < P99_SECONDS, delays


@on_production
async def test_a_gateway_told_to_end_sends_its_visitors_away_in_good_order(fragile_desk: Desk) -> None:
    """Fault 39: SIGTERM with fifty open streams, one of them in the middle of an answer."""
    model_of(fragile_desk).behaviour.tokens = 200
    sessions = await _sessions(fragile_desk, LEAVING - 1)
    async with fragile_desk.visitor() as visitor, _streams(fragile_desk, sessions) as streams:
        await visitor.open()
        posted = await visitor.post("How do refunds work?")
        path = f"/v1/turns/{posted.turn_id}/events"
        streams.append(in_the_middle := await open_stream(fragile_desk.url, path, visitor.token))
        await eventually(lambda: any(heard.event == EventName.DELTA for heard, _ in in_the_middle.heard))
        fragile_desk.gateway.sigterm()
        assert await fragile_desk.gateway.exited(within=EXIT_SECONDS) in {0, -15}
        await eventually(lambda: all(stream.closed for stream in streams))
        assert {stream.heard[-1][0].event for stream in streams} == {EventName.RECONNECT}
        assert all(stream.ended_well for stream in streams)
        returns = [_retry_ms(stream) for stream in streams]
        assert min(returns) < 600
        assert max(returns) > 1500
        await fragile_desk.gateway.start()
        before = [heard for heard, _ in in_the_middle.heard if heard.event != EventName.RECONNECT]
        after = await visitor.follow(posted, last_event_id=before[-1].id)
        turn = await visitor.turn(posted)
    assert check_told(before + after) == {1: turn["answer"]}


async def _sessions(desk: Desk, count: int) -> list[Session]:
    """Open so many sessions; through the database, since it is not the opening that is looked at."""
    sessions = [(new_id(), new_token()) for _ in range(count)]

    async def open_all(uow: UnitOfWork) -> None:
        for session_id, token in sessions:
            await uow.sessions.open(session_id, token, origin=None, locale=None, ttl=600)

    database = Database.at(desk.stack.database_url)
    try:
        await database.write(open_all)
    finally:
        await database.close()
    return sessions


@asynccontextmanager
async def _streams(desk: Desk, sessions: list[Session]) -> AsyncIterator[list[WireStream]]:
    """Open the stream of each session, and wait until all have got their snapshot."""
    streams: list[WireStream] = []
    with closing(streams):
        for at in range(0, len(sessions), OPENED_AT_ONCE):
            some = sessions[at : at + OPENED_AT_ONCE]
            opening = (open_stream(desk.url, "/v1/session/events", token) for _, token in some)
            streams.extend(await asyncio.gather(*opening))
            await eventually(lambda: all(stream.heard for stream in streams))
        assert {stream.status for stream in streams} == {200}
        yield streams


@asynccontextmanager
async def _event_log(desk: Desk) -> AsyncIterator[EventLog]:
    event_log = EventLog(desk.stack.redis.url, ttl_seconds=60)
    try:
        yield event_log
    finally:
        await event_log.close()


async def _p99(sessions: list[Session], streams: list[WireStream], event_log: EventLog, fence: int) -> float:
    """Write events at a steady rate, a run of two for one session after the other; return the delay of 99 in 100."""
    for stream in streams:
        stream.heard.clear()
    sent: dict[tuple[int, str], float] = {}
    turns = cycle(enumerate(sessions))
    began = time.monotonic()
    for number, (index, (session_id, _)) in enumerate(islice(turns, EVENTS)):
        await asyncio.sleep(max(0.0, began + number / EVENTS_PER_SECOND - time.monotonic()))
        place = EventId.of(1, fence, 1)
        reset = event(place, EventName.RESET, {"turn_id": "0" * 32, "seq": 1, "attempt": fence})
        sent[index, str(place)] = time.monotonic()
        await event_log.append([Entry(session_id, reset)])
    await eventually(lambda: sum(len(stream.heard) for stream in streams) >= len(sent))
    delays = sorted(
        at - sent[index, heard.id] for index, stream in enumerate(streams) for heard, at in stream.heard if heard.id
    )
    assert len(delays) == len(sent)
    return delays[int(len(delays) * 0.99)]


def _retry_ms(stream: WireStream) -> int:
    """Return how long the farewell asks the visitor to stay away."""
    farewell = stream.raw[stream.raw.rindex(b"event: reconnect") :]
    return int(farewell[farewell.index(b"retry: ") + 7 :].split(b"\n")[0])
