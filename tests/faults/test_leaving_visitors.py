"""Visitors who leave, or who want to hear no more: answers go on without them, and stop when they say so."""

import asyncio
from contextlib import aclosing
from typing import Final

from shared.vocabulary import EventName, TurnStatus
from tests.eventually import eventually
from tests.faults.fragile_desks import model_of
from tests.faults.record import Record
from tests.faults.wire import closing, open_stream
from tests.processes import Desk
from tests.sse import SseEvent, check_told, said
from tests.stubs.llm_shapes import lorem
from tests.visitor import Posted, Visitor

QUESTION: Final = "How do refunds work?"
SLOWLY: Final = 25.0  # tokens a second
WORDS: Final = 100


async def test_a_visitor_who_hangs_up_is_answered_once_all_the_same(fragile_desk: Desk, record: Record) -> None:
    """Fault 40: the socket is closed before, at, and after the first word."""
    model = model_of(fragile_desk)
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(QUESTION)
        path = f"/v1/turns/{posted.turn_id}/events"
        with closing([await open_stream(fragile_desk.url, path, visitor.token)]):
            pass
        with closing([await open_stream(fragile_desk.url, path, visitor.token)]) as [stream]:
            await eventually(lambda: any(event.event == EventName.DELTA for event, _ in stream.heard))
    [row] = await record.ended([posted], within=5)
    assert (row.status, row.answer, row.attempt) == (TurnStatus.DONE, lorem(20), 1)
    assert len(model.requests) == 1


async def test_a_cancelled_answer_keeps_the_words_that_were_heard(fragile_desk: Desk) -> None:
    model = model_of(fragile_desk)
    model.behaviour.tokens_per_second, model.behaviour.tokens = SLOWLY, WORDS
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(QUESTION)
        hearing = asyncio.create_task(_heard_to_its_end(visitor, posted))
        await _some_words(visitor, posted)
        await visitor.cancel(posted)
        at_once = await visitor.turn(posted)
        told, as_heard = await hearing
    assert told[-1].event == EventName.CANCELLED
    assert at_once["status"] == as_heard["status"] == TurnStatus.CANCELLED
    assert 0 < len(said(told)) < len(lorem(WORDS))
    assert said(told) == at_once["answer"] == as_heard["answer"]
    await eventually(lambda: model.open_responses == 0)  # the model is let go
    check_told(told)


async def test_a_turn_cancelled_while_it_waits_disturbs_nobody(fragile_desk: Desk) -> None:
    model = model_of(fragile_desk)
    model.behaviour.tokens_per_second, model.behaviour.tokens = SLOWLY, WORDS // 4
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        first, second = await visitor.post(QUESTION), await visitor.post(QUESTION)
        hearing = asyncio.create_task(visitor.follow(first))
        await _some_words(visitor, first)
        await visitor.cancel(second)
        of_second = await visitor.follow(second)
        third = await visitor.ask("What can't be refunded?")
        told = await hearing
        session = await visitor.session()
    assert [event.event for event in of_second] == [EventName.RESET, EventName.CANCELLED]
    assert check_told(told) == {1: lorem(WORDS // 4)}
    assert [turn["status"] for turn in session["turns"]] == [TurnStatus.DONE, TurnStatus.CANCELLED, TurnStatus.DONE]
    assert session["turns"][1]["answer"] == ""
    assert third["answer"]
    assert len(model.requests) == 2


async def test_whoever_follows_a_waiting_turn_hears_that_it_was_cancelled(fragile_desk: Desk) -> None:
    """Though the turn before it streams all the while, in the same log."""
    model = model_of(fragile_desk)
    model.behaviour.tokens_per_second, model.behaviour.tokens = SLOWLY, 10 * WORDS
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        first, second = await visitor.post(QUESTION), await visitor.post(QUESTION)
        hearing = asyncio.create_task(visitor.follow(second))
        polling = asyncio.create_task(visitor.turn(second, wait=25))
        await _some_words(visitor, first)
        await visitor.cancel(second)
        told, polled = await asyncio.wait_for(asyncio.gather(hearing, polling), 5)
        of_first = await visitor.turn(first)
        await visitor.cancel(first)
    assert [event.event for event in told] == [EventName.RESET, EventName.CANCELLED]
    assert [event["event"] for event in polled["events"]] == [EventName.RESET, EventName.CANCELLED]
    assert of_first["status"] == TurnStatus.RUNNING


async def test_after_a_cancelled_turn_the_next_begins_at_once(fragile_desk: Desk) -> None:
    """The model says nothing at all, so that only the lost lease can tell the worker."""
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        first = await visitor.post(f"{QUESTION} [[stub:stall]]")
        await eventually(lambda: model_of(fragile_desk).open_responses == 1)
        second = await visitor.post(QUESTION)
        await visitor.cancel(first)
        turn = await visitor.answer_of(second, within=1.5)
        of_first = await visitor.turn(first)
    assert (of_first["status"], of_first["answer"]) == (TurnStatus.CANCELLED, "")
    assert (turn["status"], turn["answer"]) == (TurnStatus.DONE, lorem(20))


async def test_an_answer_that_has_ended_can_not_be_cancelled(fragile_desk: Desk) -> None:
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(QUESTION)
        told = await visitor.follow(posted)
        turn = await visitor.turn(posted)
        for _ in range(2):
            await visitor.cancel(posted)
        assert await visitor.turn(posted) == turn
        assert await visitor.follow(posted) == told
    assert turn["status"] == TurnStatus.DONE


async def _some_words(visitor: Visitor, posted: Posted) -> None:
    """Return once a few words of the answer have been heard."""
    words = 0
    async with aclosing(visitor.events(posted)) as events:  # type: ignore[type-var]
        async for event in events:
            words += event.event == EventName.DELTA
            if words == 3:
                return


async def _heard_to_its_end(visitor: Visitor, posted: Posted) -> tuple[list[SseEvent], dict[str, object]]:
    """Return what was heard, and the turn as it is read by whoever has just heard its end."""
    told = await visitor.follow(posted)
    return told, await visitor.turn(posted)
