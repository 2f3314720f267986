"""Visitors who poll: they hear what a stream tells, wait no longer than they have to, and lose nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final
from uuid import uuid4

import pytest

from shared.vocabulary import EventName, TurnStatus
from tests.eventually import eventually
from tests.processes import Desk
from tests.sse import SseEvent, check_told
from tests.stubs.llm import StubLLM
from tests.stubs.llm_shapes import lorem, texts_of
from tests.visitor import Posted, Visitor

QUESTION: Final = "How do refunds work?"
STALLED: Final = f"{QUESTION} [[stub:stall]]"


@pytest.fixture
async def visitor(desk: Desk) -> AsyncIterator[Visitor]:
    async with desk.visitor() as visitor:
        await visitor.open()
        yield visitor


@pytest.fixture
def model(desk: Desk) -> StubLLM:
    assert desk.llm
    return desk.llm


@pytest.fixture
def slowly(model: StubLLM) -> Iterator[None]:
    """Have the model speak for a second or so."""
    usual = model.behaviour.tokens_per_second
    model.behaviour.tokens_per_second = 20
    yield
    model.behaviour.tokens_per_second = usual


@pytest.mark.usefixtures("slowly")
async def test_polls_add_up_to_what_a_stream_tells_as_it_is_said(visitor: Visitor) -> None:
    posted = await visitor.post(QUESTION)
    streaming = asyncio.create_task(visitor.follow(posted))
    polled, last, turn, polls = list[SseEvent](), "", dict[str, Any](), 0
    while turn.get("status") != TurnStatus.DONE:
        turn = await visitor.turn(posted, after=last, wait=10)
        polled += _events(turn)
        last = turn["last_event_id"] or last
        polls += 1
    assert polls > 2
    assert polled == await streaming
    assert check_told(polled) == {1: turn["answer"]}
    assert last == polled[-1].id
    assert (await visitor.turn(posted, after=last))["events"] == []


async def test_who_has_heard_the_end_is_told_nothing_more(visitor: Visitor) -> None:
    posted = await visitor.post(QUESTION)
    told = await visitor.follow(posted)
    assert [event async for event in visitor.events(posted, told[-1].id)] == []


async def test_who_has_heard_an_end_from_the_database_is_told_nothing_more(visitor: Visitor) -> None:
    running = await visitor.post(STALLED)
    waiting = await visitor.post(QUESTION)
    await visitor.cancel(waiting)
    await visitor.cancel(running)
    turn = await visitor.turn(waiting, wait=5)
    assert [event["event"] for event in turn["events"]] == ["reset", "cancelled"]
    last = turn["last_event_id"]
    again = await visitor.turn(waiting, after=last, wait=5)
    assert (again["events"], again["last_event_id"]) == ([], last)
    assert [event async for event in visitor.events(waiting, last)] == []


async def test_a_long_poll_ends_with_the_first_news(visitor: Visitor, model: StubLLM) -> None:
    loop = asyncio.get_running_loop()
    posted, heard = await _stalled(visitor, model)
    began = loop.time()
    nothing = await visitor.turn(posted, after=heard["last_event_id"], wait=0.5)
    assert 0.5 <= loop.time() - began < 10
    assert (nothing["events"], nothing["last_event_id"]) == ([], heard["last_event_id"])
    waiting = asyncio.create_task(visitor.turn(posted, after=heard["last_event_id"], wait=25))
    await visitor.cancel(posted)
    async with asyncio.timeout(10):
        ended = await waiting
    assert EventName.CANCELLED in [event.event for event in _events(ended)] or ended["status"] == TurnStatus.CANCELLED
    async with asyncio.timeout(10):  # nothing more will come: there is nothing to wait for
        await visitor.turn(posted, after=ended["last_event_id"], wait=25)


@pytest.mark.parametrize("after", ["1001-999", "9001-1", "0-0", "nonsense", "99999999999999999999-1"])
async def test_an_unknown_place_is_answered_with_a_snapshot_and_everything_since_the_start(
    visitor: Visitor, after: str
) -> None:
    await visitor.ask(QUESTION)
    posted = await visitor.post(QUESTION)
    whole = await visitor.follow(posted)
    turn = await visitor.turn(posted, after=after, wait=25)
    snapshot, *events = _events(turn)
    resumed = await visitor.follow(posted, last_event_id=after)
    assert snapshot.event == EventName.SNAPSHOT
    assert [shown["answer"] for shown in snapshot.data["turns"]] == [lorem(20)]
    assert events == whole
    assert resumed == [snapshot, *whole]
    assert turn["last_event_id"] == whole[-1].id


async def test_who_asks_for_an_unknown_place_of_an_open_turn_does_not_wait(visitor: Visitor, model: StubLLM) -> None:
    running, _ = await _stalled(visitor, model)
    waiting = await visitor.post(QUESTION)
    async with asyncio.timeout(20):
        turns = [await visitor.turn(posted, after="nonsense", wait=25) for posted in (running, waiting)]
    told = [[event.event for event in _events(turn)] for turn in turns]
    assert told == [[EventName.SNAPSHOT, EventName.RESET], [EventName.SNAPSHOT]]
    for posted in (waiting, running):
        await visitor.cancel(posted)
    ended = await visitor.turn(waiting, after="nonsense")
    assert [event.event for event in _events(ended)] == [EventName.SNAPSHOT, EventName.RESET, EventName.CANCELLED]


async def _stalled(visitor: Visitor, model: StubLLM) -> tuple[Posted, dict[str, Any]]:
    """Post a turn whose model says nothing, and hear that it has begun."""
    mine = uuid4().hex  # the turn of another test may still be hanging up
    posted = await visitor.post(f"{STALLED} {mine}")
    await eventually(lambda: any(mine in text for asked in model.requests for text in texts_of(asked.body, "user")))
    return posted, await visitor.turn(posted, wait=5)


def _events(turn: dict[str, Any]) -> list[SseEvent]:
    return [SseEvent(event["id"], event["event"], event["data"]) for event in turn["events"]]
