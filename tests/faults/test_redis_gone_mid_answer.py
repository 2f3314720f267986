"""Redis stopped in the middle of an answer: what was to be streamed is told from the database, and life goes on."""

import asyncio
from typing import Final

from shared.vocabulary import EventName, TurnStatus
from tests.eventually import eventually
from tests.faults.fragile_desks import model_of
from tests.faults.wire import is_from_the_log
from tests.processes import Desk
from tests.sse import SseEvent, check_told, said
from tests.stubs.llm_shapes import lorem
from tests.visitor import Posted, Visitor

QUESTION: Final = "How do refunds work?"
WORDS: Final = 60


async def test_with_redis_stopped_mid_answer_every_listener_hears_its_end(fragile_desk: Desk) -> None:
    """Fault 41: open streams of the turn and of the session, a poller, and a tab that comes late, all hear the end."""
    redis, model = fragile_desk.stack.redis, model_of(fragile_desk)
    model.behaviour.tokens_per_second, model.behaviour.tokens = 50, WORDS
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        whole_session: list[SseEvent] = []
        listening = asyncio.create_task(_listen(visitor, whole_session))
        await eventually(lambda: whole_session)
        posted = await visitor.post(QUESTION)
        of_turn = asyncio.create_task(_one_connection(visitor, posted))
        await eventually(lambda: EventName.DELTA in _names(whole_session))
        redis.stop()
        turn = await visitor.answer_of(posted, within=8)
        told, late = await asyncio.wait_for(asyncio.gather(of_turn, visitor.follow(posted)), 5)
        await eventually(lambda: _answers(whole_session) == [turn["answer"]], within=5)
        assert not redis.alive
        redis.start()
        model.behaviour.tokens_per_second = 200
        again = await visitor.post(QUESTION)
        told_again = await visitor.follow(again)
        await eventually(lambda: whole_session[-1].event == EventName.DONE or len(_answers(whole_session)) == 2)
        resumed = await visitor.follow(posted, last_event_id=told[1].id)
        listening.cancel()
    assert (turn["status"], turn["answer"]) == (TurnStatus.DONE, lorem(WORDS))
    assert check_told(told) == check_told(late) == check_told(resumed) == {1: lorem(WORDS)}
    assert said(told) == said(late) == said(resumed) == lorem(WORDS)
    assert check_told(told_again) == {2: lorem(WORDS)}
    told_as_it_came = check_told(whole_session)  # unless it ended before the gateway had found Redis again
    assert {1: turn["answer"], 2: lorem(WORDS)} == dict(enumerate(_answers(whole_session), 1)) | told_as_it_came
    of_the_second = 0 if told_as_it_came else 1
    assert _names(whole_session).count(EventName.SNAPSHOT) == 2 + of_the_second  # at the start, and for what was new


async def test_a_redis_that_is_gone_for_a_moment_costs_not_a_word(fragile_desk: Desk) -> None:
    """Fault 41: it is back before the answer ends, with what it held. The worker says again what may have been lost."""
    redis, model = fragile_desk.stack.redis, model_of(fragile_desk)
    model.behaviour.tokens_per_second, model.behaviour.tokens = 40, WORDS
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(QUESTION)
        told: list[SseEvent] = []
        following = asyncio.create_task(_follow(visitor, posted, told))
        await eventually(lambda: EventName.DELTA in _names(told))
        redis.kill9()
        await eventually(lambda: any("events_unwritten" in worker.news for worker in fragile_desk.workers))
        redis.start()
        await following
        late = await visitor.follow(posted)
    assert check_told(told) == check_told(late) == {1: lorem(WORDS)}
    assert all(map(is_from_the_log, [*told, *late]))
    assert said(told) == lorem(WORDS)


async def _listen(visitor: Visitor, heard: list[SseEvent]) -> None:
    async for event in visitor.session_events():
        heard.append(event)  # noqa: PERF401 - looked at while it grows


async def _follow(visitor: Visitor, posted: Posted, heard: list[SseEvent]) -> None:
    async for event in visitor.events(posted):
        heard.append(event)  # noqa: PERF401 - as above


async def _one_connection(visitor: Visitor, posted: Posted) -> list[SseEvent]:
    return [event async for event in visitor.events(posted)]


def _names(events: list[SseEvent]) -> list[str]:
    return [event.event for event in events]


def _answers(events: list[SseEvent]) -> list[str | None]:
    """Return the answers of all turns as the newest snapshot has them."""
    snapshots = [event for event in events if event.event == EventName.SNAPSHOT]
    return [turn["answer"] for turn in snapshots[-1].data["turns"]] if snapshots else []
