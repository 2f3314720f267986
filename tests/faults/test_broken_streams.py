"""Streams that break: cut anywhere, resumed at a log that has lost its memory, or at another gateway."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from typing import Any, Final

import aiohttp
import pytest

from shared.vocabulary import EventName, TurnStatus
from tests.faults.fragile_desks import model_of
from tests.faults.wire import is_from_the_log, reply_to
from tests.processes import Desk
from tests.servers import RedisServer
from tests.sse import SseEvent, check_told, said
from tests.stubs.proxy import Proxy
from tests.visitor import Posted, Visitor

QUESTION: Final = "How do refunds work?"
WORDS: Final = 80
FIRST_WORDS: Final = 4  # events, after which a stream is broken off

Damage = Callable[[RedisServer, str], Any]
DAMAGES: Final[dict[str, Damage]] = {
    "trimmed": lambda redis, key: redis.call("XTRIM", key, "MAXLEN", 0),
    "deleted": lambda redis, key: redis.call("DEL", key),
    "flushed": lambda redis, _: redis.call("FLUSHALL"),
}
damaged = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)


async def test_wherever_a_stream_is_cut_the_visitor_hears_everything_once(fragile_desk: Desk) -> None:
    """Fault 32: the connection is cut after every byte that matters, and resumed."""
    model_of(fragile_desk).behaviour.tokens = WORDS
    with Proxy(fragile_desk.url) as proxy:
        async with Visitor(proxy.url) as visitor:
            posted = await _asked(visitor)
            whole = await visitor.follow(posted)
            reply = await reply_to(fragile_desk.url, f"/v1/turns/{posted.turn_id}/events", visitor.token)
            places = _places_that_matter(reply)
            for place in places:
                proxy.cut_after(place, times=1)
                assert await visitor.follow(posted) == whole, f"cut after {place} bytes"
            turn = await visitor.turn(posted)
    assert proxy.fired == len(places)
    assert len(whole) > 6
    assert check_told(whole) == {1: turn["answer"]}


@pytest.mark.parametrize("hard", [False, True], ids=["closed", "reset"])
async def test_tabs_whose_streams_are_cut_all_the_time_hear_everything_once(fragile_desk: Desk, *, hard: bool) -> None:
    """Fault 32: three tabs on a bad network follow an answer while it is made."""
    model_of(fragile_desk).behaviour.tokens = WORDS
    with Proxy(fragile_desk.url) as proxy:
        async with Visitor(proxy.url) as visitor:
            posted = await _asked(visitor)
            proxy.cut_after(1500, hard=hard)
            tabs = await asyncio.gather(*(visitor.follow(posted) for _ in range(3)))
            proxy.heal()
            turn = await visitor.turn(posted)
    assert proxy.fired >= len(tabs)
    assert [check_told(told) for told in tabs] == [{1: turn["answer"]}] * len(tabs)
    assert [len(_resets(told)) for told in tabs] == [1] * len(tabs)  # nobody had to be told anew


async def test_a_tab_that_joins_in_the_middle_hears_it_all_and_disturbs_nobody(fragile_desk: Desk) -> None:
    """Fault 32: both are served by one read of the log, begun anew further back for the second one's sake."""
    model_of(fragile_desk).behaviour.tokens = WORDS
    async with fragile_desk.visitor() as visitor:
        posted = await _asked(visitor)
        listening = asyncio.create_task(_one_connection(visitor, posted))
        await _first_events(visitor, posted)
        joined = await _one_connection(visitor, posted)
        assert await listening == joined
        assert is_from_the_log(joined[-1])
    assert check_told(joined)


@damaged
async def test_who_resumes_at_a_log_that_lost_its_memory_gets_a_snapshot_and_then_the_whole_answer(
    fragile_desk: Desk, damage: Damage
) -> None:
    """Fault 33: the log is gone from under a running answer, and the connection with it."""
    model_of(fragile_desk).behaviour.tokens = WORDS
    async with fragile_desk.visitor() as visitor:
        posted = await _asked(visitor)
        heard = await _first_events(visitor, posted)
        damage(fragile_desk.stack.redis, _log_of(visitor))
        resumed = await visitor.follow(posted, last_event_id=heard[-1].id)
        turn = await visitor.turn(posted)
    assert resumed[0].event == EventName.SNAPSHOT
    assert check_told(resumed) == {1: turn["answer"]}
    assert said(resumed) == turn["answer"]
    assert len(turn["answer"].split()) == WORDS


@damaged
async def test_an_ended_answer_is_told_whole_when_its_log_is_lost(fragile_desk: Desk, damage: Damage) -> None:
    """Fault 33: the answer has ended; one tab resumes, another starts, a third one polls."""
    async with fragile_desk.visitor() as visitor:
        posted = await _asked(visitor)
        heard = await visitor.follow(posted)
        damage(fragile_desk.stack.redis, _log_of(visitor))
        resumed, anew, polled = await asyncio.gather(
            visitor.follow(posted, last_event_id=heard[1].id),
            visitor.follow(posted),
            visitor.turn(posted, after=heard[1].id),
        )
    assert resumed[0].event == EventName.SNAPSHOT
    assert polled["events"][0]["event"] == EventName.SNAPSHOT
    assert resumed[0].data == polled["events"][0]["data"]
    assert said(resumed) == said(anew) == polled["answer"] == said(heard)
    assert check_told(anew) == check_told(resumed) == check_told(heard)


async def test_a_flushed_redis_costs_those_who_listen_nothing(fragile_desk: Desk) -> None:
    """Fault 33: the log goes in the middle of an answer, the connections stay. The worker begins again."""
    model_of(fragile_desk).behaviour.tokens = WORDS
    async with fragile_desk.visitor() as visitor:
        posted = await _asked(visitor)
        listening = asyncio.create_task(_one_connection(visitor, posted))
        await _first_events(visitor, posted)
        fragile_desk.stack.redis.call("FLUSHALL")
        told = await listening
        turn = await visitor.turn(posted)
    assert len(_resets(told)) == 2
    assert is_from_the_log(told[-1])
    assert check_told(told) == {1: turn["answer"]}


async def test_who_loses_the_gateway_goes_on_at_another(impatient_desk: Desk) -> None:
    """Fault 34: kill -9 the gateway in the middle of an answer."""
    first, second = impatient_desk.gateways
    model_of(impatient_desk).behaviour.tokens = WORDS
    async with Visitor(first.url) as visitor:
        posted = await _asked(visitor)
        listening = asyncio.create_task(_until_cut(visitor, posted))
        await _first_events(visitor, posted)
        first.kill9()
        before = await listening
        async with visitor.tab(second.url) as elsewhere:
            after = await elsewhere.follow(posted, last_event_id=before[-1].id)
            turn = await elsewhere.turn(posted)
            whole = await elsewhere.follow(posted)
    assert len(after) > 3
    assert before + after == whole
    assert check_told(whole) == {1: turn["answer"]}


async def test_who_loses_the_worker_hears_the_answer_begin_again(fragile_desk: Desk) -> None:
    """Fault 35: kill -9 the worker in the middle of an answer; not a word of its text stays before the visitor."""
    model_of(fragile_desk).behaviour.tokens = WORDS
    async with fragile_desk.visitor() as visitor:
        posted = await _asked(visitor)
        listening = asyncio.create_task(_one_connection(visitor, posted))
        await _first_events(visitor, posted)
        for worker in fragile_desk.workers:
            worker.kill9()
        model_of(fragile_desk).behaviour.text = "Another answer, in other words."
        await fragile_desk.worker.start()
        told = await listening
        turn = await visitor.turn(posted)
    assert [event.data["attempt"] for event in told if event.event == EventName.RESET] == [1, 2]
    assert any(event.event == EventName.DELTA for event in told[: told.index(_resets(told)[1])])
    assert check_told(told) == {1: "Another answer, in other words."}
    assert turn["status"] == TurnStatus.DONE


async def _asked(visitor: Visitor) -> Posted:
    await visitor.open()
    return await visitor.post(QUESTION)


async def _first_events(visitor: Visitor, posted: Posted) -> list[SseEvent]:
    """Hear the beginning of an answer, and hang up."""
    heard: list[SseEvent] = []
    async with aclosing(visitor.events(posted)) as events:  # type: ignore[type-var]
        async for event in events:
            heard.append(event)
            if len(heard) == FIRST_WORDS:
                break
    return heard


async def _one_connection(visitor: Visitor, posted: Posted) -> list[SseEvent]:
    return [event async for event in visitor.events(posted)]


async def _until_cut(visitor: Visitor, posted: Posted) -> list[SseEvent]:
    heard: list[SseEvent] = []
    with suppress(aiohttp.ClientError):
        async for event in visitor.events(posted):
            heard.append(event)  # noqa: PERF401 - what came before the cut is wanted
    return heard


def _log_of(visitor: Visitor) -> str:
    return f"session:{visitor.session_id}:events"


def _resets(told: list[SseEvent]) -> list[SseEvent]:
    return [event for event in told if event.event == EventName.RESET]


def _places_that_matter(reply: bytes) -> list[int]:
    """Return after how many bytes to cut: often in the headers, around the end of each event, and here and there."""
    ends = [at + 2 for at in range(len(reply)) if reply.startswith(b"\n\n", at)]
    around = {end + by for end in ends for by in (-1, 0, 1)}
    places = {*range(1, 60, 6), *around, *range(60, len(reply), 151)}
    return sorted(place for place in places if place < len(reply))
