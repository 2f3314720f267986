"""Answers whose events were never written: a session's stream tells them all the same, in their order, each once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import Final

from shared.db.claims import Claim, Finished, Outcome
from shared.event_log import Entry, EventId, EventLog, event
from shared.vocabulary import EventName, TurnStatus
from tests.eventually import eventually
from tests.processes import Desk, running
from tests.servers import RedisServer
from tests.sse import SseEvent, check_told
from tests.stack import Stack
from tests.visitor import Visitor

QUESTION: Final = "How do refunds work?"
SOON_SECONDS: Final = 6.0  # less than a stream of which nothing is expected waits
SELDOM_SECONDS: Final = 20.0


async def test_a_redis_without_room_keeps_no_answer_from_an_idle_stream(fragile_desk: Desk) -> None:
    """Fault 41: Redis is read and takes no writes. Each answer is told soon after its end, and events come back."""
    redis = fragile_desk.stack.redis
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        async with _hearing(visitor) as heard:
            with _without_room(redis):
                turns = []
                for _ in range(2):
                    turns.append(await visitor.ask(QUESTION, within=30))
                    await eventually(lambda: len(_answers(heard)) == len(turns), within=SOON_SECONDS)
                assert {one.event for one in heard} == {EventName.SNAPSHOT}
                missed = len(heard)
            turns.append(await visitor.ask(QUESTION, within=30))
            await eventually(lambda: heard[-1].event == EventName.DONE)
    assert {turn["status"] for turn in turns} == {TurnStatus.DONE}
    assert missed <= 5  # one at the start, and one at each end or with the beginning of the next
    assert EventName.SNAPSHOT not in [one.event for one in heard[missed:]]
    assert check_told(heard)[3] == turns[2]["answer"]


async def test_a_stream_that_is_resumed_hears_of_what_was_answered_meanwhile(local_stack: Stack) -> None:
    """Fault 41: the answer began and ended between two connections, and none of its events is in the log."""
    async with running(local_stack, workers=0) as desk, desk.visitor() as visitor, _log_of(local_stack) as log:
        await visitor.open()
        await visitor.post(QUESTION)
        claim = await _claimed(local_stack, visitor)
        await _tell(log, claim, EventName.RESET, 1)
        await _end(local_stack, claim, "Told.")
        place = await _tell(log, claim, EventName.DONE, 2)
        await visitor.post(QUESTION)
        await _end(local_stack, await _claimed(local_stack, visitor), "Untold.")
        async with _hearing(visitor, str(place)) as heard:
            await eventually(lambda: _answers(heard) == ["Told.", "Untold."], within=SOON_SECONDS)
            assert len(heard) == 1


async def test_an_answer_that_was_skipped_is_told_before_the_next_one(local_stack: Stack) -> None:
    """Fault 41: the next turn's events are in the log, and its own are not."""
    async with running(local_stack, workers=0) as desk, desk.visitor() as visitor, _log_of(local_stack) as log:
        await visitor.open()
        async with _hearing(visitor) as heard:
            await visitor.post(QUESTION)
            await _end(local_stack, await _claimed(local_stack, visitor), "Untold.")
            await visitor.post(QUESTION)
            await _tell(log, await _claimed(local_stack, visitor), EventName.RESET, 1)
            await eventually(lambda: heard[-1].event == EventName.RESET)
    assert [one.event for one in heard] == [EventName.SNAPSHOT, EventName.SNAPSHOT, EventName.RESET]
    assert _answers(heard) == ["Untold."]


async def test_an_answer_to_a_post_at_another_gateway_is_told_at_the_next_look(production_stack: Stack) -> None:
    """Fault 41: nobody tells this gateway that there is anything to look for."""
    async with running(production_stack, gateways=2, workers=0) as desk, desk.visitor() as visitor:
        await visitor.open()
        async with _hearing(visitor) as heard, visitor.tab(desk.gateways[1].url) as elsewhere:
            for answer in ("One.", "Two."):
                await elsewhere.post(QUESTION)
                await _end(production_stack, await _claimed(production_stack, visitor), answer)
            await eventually(lambda: _answers(heard) == ["One.", "Two."], within=SELDOM_SECONDS)
            assert len(heard) <= 3


@contextmanager
def _without_room(redis: RedisServer) -> Iterator[None]:
    """Have Redis refuse to take anything more."""
    redis.call("CONFIG", "SET", "maxmemory", 1)
    try:
        yield
    finally:
        redis.call("CONFIG", "SET", "maxmemory", 0)


@asynccontextmanager
async def _hearing(visitor: Visitor, last_event_id: str = "") -> AsyncIterator[list[SseEvent]]:
    """Give what the session's stream tells, as it comes."""
    heard: list[SseEvent] = []

    async def listen() -> None:
        async with aclosing(visitor.session_events(last_event_id)) as events:  # type: ignore[type-var]
            async for one in events:
                heard.append(one)  # noqa: PERF401 - looked at while it grows

    listening = asyncio.create_task(listen())
    if not last_event_id:
        await eventually(lambda: heard)
    yield heard
    assert not listening.done()
    listening.cancel()


def _answers(heard: list[SseEvent]) -> list[str]:
    """Return the answers in the newest snapshot."""
    snapshots = [one for one in heard if one.event == EventName.SNAPSHOT]
    return [turn["answer"] for turn in snapshots[-1].data["turns"] if turn["answer"]] if snapshots else []


@asynccontextmanager
async def _log_of(stack: Stack) -> AsyncIterator[EventLog]:
    log = EventLog(stack.redis.url, ttl_seconds=60)
    yield log
    await log.close()


async def _claimed(stack: Stack, visitor: Visitor) -> Claim:
    claims = await stack.database.stepwise(lambda uow: uow.claims.claim([visitor.session_id], "worker", 60))
    return claims[visitor.session_id]


async def _end(stack: Stack, claim: Claim, answer: str) -> None:
    """End a turn in the database only."""
    outcome = Outcome(TurnStatus.DONE, answer)
    assert await stack.database.stepwise(lambda uow: uow.claims.finish(claim, outcome)) is Finished.NOW


async def _tell(log: EventLog, claim: Claim, name: EventName, n: int) -> EventId:
    """Write an event of the turn's run; return its place."""
    place = EventId.of(claim.seq, claim.fence, n)
    data = {"turn_id": claim.turn_id, "seq": claim.seq, "attempt": claim.attempt, "answer": "Told."}
    await log.append([Entry(claim.session_id, event(place, name, data))])
    return place
