"""Streams of those who want too many, listen for ever or never read: nobody else notices, and polling always works."""

import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import psutil
import pytest

from shared.event_log import Entry, EventId, EventLog, event
from shared.vocabulary import EventName, TurnStatus
from tests.eventually import eventually
from tests.faults.wire import WireStream, closing, open_stream
from tests.processes import Desk, running
from tests.servers import Redis
from tests.sse import SseEvent, check_told, said
from tests.stack import Parts, Stack, stack_of
from tests.stubs.llm import Behaviour, StubLLM
from tests.stubs.llm_shapes import lorem
from tests.visitor import Refused, Visitor

A_FEW: Final = 3
SESSION: Final = "/v1/session/events"
IDLERS: Final = 200
THEIR_ADDRESS: Final = "127.0.0.5"
PIECE: Final = "x" * 4000
ANSWER_SECONDS: Final = 6.0  # less than one, where nothing else runs on the machine
CLOSED_SECONDS: Final = 60.0


async def test_a_session_has_so_many_streams_and_polls_beyond_them(stack: Stack) -> None:
    """Fault 37: the next is told when to try again, polls meanwhile, and gets a stream when another has ended."""
    async with (
        running(stack, streams_per_session=A_FEW) as desk,
        desk.visitor(address=THEIR_ADDRESS) as visitor,
    ):
        await visitor.open()
        with closing(await _streams(desk, visitor.token, A_FEW)) as streams:
            await eventually(lambda: all(stream.heard for stream in streams))
            posted = await visitor.post("How do refunds work?")
            for events in (visitor.session_events(), visitor.events(posted)):
                with pytest.raises(Refused) as refused:
                    await anext(events)
                assert (refused.value.status, refused.value.code) == (429, "too_many_streams")
                assert int(refused.value.headers["Retry-After"]) >= 1
            assert (await visitor.answer_of(posted))["status"] == TurnStatus.DONE
            async with desk.visitor() as other:
                await other.open()
                assert (await anext(other.session_events())).event == EventName.SNAPSHOT
            streams.pop().transport.abort()
            assert await eventually(lambda: _gets_a_stream(visitor))


async def test_an_address_has_so_many_streams_at_all_gateways(production_stack: Stack) -> None:
    limits: dict[str, Any] = {"streams_per_address": A_FEW}
    async with running(production_stack, gateways=2, workers=0, **limits) as desk, desk.visitor() as visitor:
        await visitor.open()
        with closing(await _streams(desk, visitor.token, 2 * A_FEW)) as streams:
            assert Counter(stream.status for stream in streams) == {200: A_FEW, 429: A_FEW}
            async with visitor.tab(desk.gateways[1].url) as elsewhere:
                assert not await _gets_a_stream(visitor)
                assert not await _gets_a_stream(elsewhere)


async def test_without_redis_a_gateway_counts_its_own_streams(
    parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Fault 76: nobody gets more by Redis being away."""
    with Redis() as redis, stack_of(parts, "production", tmp_path_factory.mktemp("desk"), redis) as stack:
        async with running(stack, workers=0, streams_per_address=A_FEW) as desk, desk.visitor() as visitor:
            await visitor.open()
            redis.kill9()
            with closing(await _streams(desk, visitor.token, 2 * A_FEW)) as streams:
                assert Counter(stream.status for stream in streams) == {200: A_FEW, 429: A_FEW}


async def test_a_stream_ends_after_its_time_and_is_taken_up_again(stack: Stack) -> None:
    """Fault 37: in the middle of an answer, of which not a word is lost; and where nothing happens at all."""
    with StubLLM(Behaviour(tokens=60, tokens_per_second=20)) as llm:
        async with running(stack, llm=llm, stream_max_minutes=1 / 60) as desk, desk.visitor() as visitor:
            await visitor.open()
            with closing([await open_stream(desk.url, SESSION, visitor.token)]) as [quiet]:
                told = await visitor.follow(await visitor.post("How do refunds work?"))
                await eventually(lambda: quiet.closed)
            assert quiet.ended_well
            assert quiet.heard[-1][0].event == EventName.RECONNECT
    assert len([one for one in told if one.event == EventName.RECONNECT]) >= 2
    answer = [one for one in told if one.event != EventName.RECONNECT]
    assert check_told(answer) == {1: lorem(60)}
    assert said(answer) == lorem(60)


async def test_two_hundred_who_never_read_hold_up_nobody_and_are_closed(production_stack: Stack) -> None:
    """Fault 37: half of them get no stream, and those who do are let go once what waits for them is more than a bit."""
    settings: dict[str, Any] = {"streams_per_address": IDLERS // 2, "streams_per_session": 0}
    async with running(production_stack, **settings) as desk, desk.visitor() as idler, desk.visitor() as visitor:
        await idler.open()
        with _sockets_that_never_read(desk, idler.token):
            await eventually(lambda: _connections(desk) >= IDLERS // 2)
            await _write_a_lot(desk, idler.session_id)
            began = time.monotonic()
            turn = await visitor.ask("How do refunds work?")
            heard: list[SseEvent] = await visitor.follow(turn["turn_id"])
            assert time.monotonic() - began < ANSWER_SECONDS
            assert heard[-1].event == EventName.DONE
            assert _connections(desk) >= IDLERS // 2
            await eventually(lambda: _connections(desk) == 0, within=CLOSED_SECONDS)
            with closing([await open_stream(desk.url, SESSION, idler.token)]) as [again]:
                await eventually(lambda: again.heard)


async def _gets_a_stream(visitor: Visitor) -> bool:
    with closing([await open_stream(visitor.url, SESSION, visitor.token, THEIR_ADDRESS)]) as [stream]:
        await eventually(lambda: stream.status)
        return stream.status == 200


async def _streams(desk: Desk, token: str, count: int) -> list[WireStream]:
    """Open so many streams, in turn at each gateway, and wait for the answers."""
    streams: list[WireStream] = []
    for n in range(count):
        streams.append(await open_stream(desk.gateways[n % len(desk.gateways)].url, SESSION, token, THEIR_ADDRESS))
        await eventually(lambda: streams[-1].status)
    return streams


@contextmanager
def _sockets_that_never_read(desk: Desk, token: str) -> Iterator[None]:
    where = urlsplit(desk.url)
    request = f"GET {SESSION} HTTP/1.1\r\nHost: {where.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    with ExitStack() as opened:
        for _ in range(IDLERS):
            idle = opened.enter_context(socket.socket())
            idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            idle.bind((THEIR_ADDRESS, 0))
            idle.connect((where.hostname, where.port))
            idle.sendall(request)
        yield


def _connections(desk: Desk) -> int:
    """Return how many connections with those who never read the gateway holds."""
    found = psutil.Process(desk.gateway.pid).net_connections("tcp4")
    return sum(bool(one.raddr) and one.raddr.ip == THEIR_ADDRESS for one in found)


async def _write_a_lot(desk: Desk, session_id: str) -> None:
    """Write a megabyte into a session's log, piece by piece."""
    event_log = EventLog(desk.stack.redis.url, ttl_seconds=60)
    opening = event(EventId.of(1, 1, 1), EventName.RESET, {"turn_id": "0" * 32, "seq": 1, "attempt": 1})
    await event_log.append([Entry(session_id, opening)])
    for n in range(2, 252, 10):
        places = [EventId.of(1, 1, n + more) for more in range(10)]
        await event_log.append([Entry(session_id, event(one, EventName.DELTA, {"text": PIECE})) for one in places])
    await event_log.close()
