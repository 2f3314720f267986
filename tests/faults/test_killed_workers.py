"""Workers that are killed: whatever they had taken or were about to take is answered, once."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial

import pytest
from sqlalchemy import update

from shared.db.models import turns
from shared.vocabulary import Queue, TurnStatus
from tests.eventually import eventually
from tests.faults.fragile_desks import model_of
from tests.faults.hints import waiting_for_hints
from tests.faults.record import Record, record_of
from tests.processes import Desk, Worker, running
from tests.servers import RedisServer
from tests.sse import check_told
from tests.stack import BRISK, Stack
from tests.stubs.llm import StubLLM
from tests.visitor import Posted, Visitor

on_production = pytest.mark.parametrize("fragile_desk", ["production"], indirect=True)

QUESTION = "How do refunds work?"


async def test_turns_whose_worker_is_killed_mid_answer_are_answered_by_another(
    fragile_desk: Desk, record: Record
) -> None:
    """Fault 1: kill -9 in the middle of answers. Each turn ends once, and its visitor hears the stored answer."""
    llm = model_of(fragile_desk)
    llm.behaviour.tokens_per_second = 10
    async with AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(fragile_desk.visitor()) for _ in range(6)]
        posted = [await _first_turn(visitor) for visitor in visitors]
        hearing = [asyncio.create_task(one.follow(turn)) for one, turn in zip(visitors, posted, strict=True)]
        await eventually(lambda: llm.open_responses == len(visitors))
        (await record.holder(posted[0], fragile_desk)).kill9()
        told = await asyncio.gather(*hearing)
    rows = await record.turns(posted)
    assert {row.status for row in rows} == {TurnStatus.DONE}
    assert max(row.attempt for row in rows) == 2
    assert sorted(row.answer for row in rows) == sorted(check_told(events)[1] for events in told)


@on_production
async def test_a_hint_that_dies_with_its_worker_costs_no_answer(fragile_desk: Desk, record: Record) -> None:
    """Fault 2: the hint has left Redis and the worker has noted it nowhere."""
    doomed, other = fragile_desk.workers
    redis = fragile_desk.stack.redis
    async with fragile_desk.visitor() as visitor:
        await visitor.open()
        other.pause()
        await eventually(lambda: waiting_for_hints(redis) == 1)
        posted = await _swallowed(visitor, doomed, redis, record)
        doomed.kill9()
        other.resume()
        [row] = await record.ended([posted], within=10)
    assert (row.status, row.attempt) == (TurnStatus.DONE, 1)


@on_production
async def test_without_any_beat_the_workers_themselves_find_what_was_lost(fragile_desk: Desk, record: Record) -> None:
    """Fault 19: beat is dead, a worker dies, and a hint is lost. Nobody looks at the turns but the workers."""
    assert not fragile_desk.beats
    redis = fragile_desk.stack.redis
    llm = model_of(fragile_desk)
    llm.mode = "stall_mid"
    async with fragile_desk.visitor() as visitor, fragile_desk.visitor() as unheard:
        begun = await _first_turn(visitor)
        await eventually(lambda: llm.open_responses == 1)
        llm.mode = "ok"
        holder = await record.holder(begun, fragile_desk)
        [other] = set(fragile_desk.workers) - {holder}
        other.pause()
        holder.kill9()
        await eventually(lambda: not waiting_for_hints(redis))
        never_hinted = await _first_turn(unheard)
        await eventually(lambda: redis.call("DEL", Queue.CHAT) == 1)
        other.resume()
        rows = await record.ended([begun, never_hinted], within=5)
    assert [(row.status, row.attempt) for row in rows] == [(TurnStatus.DONE, 2), (TurnStatus.DONE, 1)]


@on_production
async def test_a_turn_that_kills_whoever_takes_it_fails_and_nobody_else_suffers(
    fragile_desk: Desk, record: Record
) -> None:
    """Fault 14: a poisonous turn. Its process dies three times; the visitors in the same processes are answered."""
    async with fragile_desk.visitor() as poisonous, fragile_desk.visitor() as healthy:
        await poisonous.open()
        await healthy.open()
        poison = await poisonous.post("[[stub:stall]]")
        for attempt in range(3):
            holder = await record.holder(poison, fragile_desk, after_attempt=attempt)
            harmless = await _begun(healthy, fragile_desk, record)
            holder.kill9()
            turn, _ = await asyncio.gather(healthy.answer_of(harmless), holder.start())
            assert turn["status"] == TurnStatus.DONE
        [row] = await record.ended([poison], within=10)
    assert (row.status, row.error_code) == (TurnStatus.FAILED, "gave_up")


async def test_a_turn_that_is_there_each_time_another_kills_the_worker_is_answered(
    production_stack: Stack, llm: StubLLM
) -> None:
    """Fault 14: both are claimed together again and again, and only the poisonous one is to blame."""
    patient = {"quote_after_waiting_seconds": 500, "model_total_seconds": 90, "model_first_token_seconds": 80}
    async with AsyncExitStack() as opened:
        desk = await opened.enter_async_context(running(production_stack, llm=llm, **BRISK, **patient))
        poisonous, innocent = [await opened.enter_async_context(desk.visitor()) for _ in range(2)]
        record = await opened.enter_async_context(record_of(production_stack))
        await poisonous.open()
        await innocent.open()
        both = [await poisonous.post("[[stub:stall]]"), await innocent.post("[[stub:slow:4]]")]
        for attempt in range(2):
            await eventually(partial(_are_tried, both, record, after_attempt=attempt), within=60)
            desk.worker.kill9()
            await desk.worker.start()
        (await record.holder(both[0], desk, after_attempt=2, within=60)).kill9()
        await desk.worker.start()
        poison, harmless = await record.ended(both, within=60)
    assert (poison.status, poison.error_code) == (TurnStatus.FAILED, "gave_up")
    assert (harmless.status, harmless.attempt) == (TurnStatus.DONE, 3)


async def test_turns_that_have_one_attempt_left_are_answered_one_after_the_other(production_stack: Stack) -> None:
    """Fault 14: those that died twice with a turn that killed their workers."""
    async with AsyncExitStack() as opened:
        desk = await opened.enter_async_context(running(production_stack, **BRISK))
        desk.worker.kill9()
        visitors = [await opened.enter_async_context(desk.visitor()) for _ in range(3)]
        posted = [await _first_turn(visitor) for visitor in visitors]
        await production_stack.database.write(lambda uow: uow.connection.execute(update(turns).values(attempt=2)))
        await desk.worker.start()
        record = await opened.enter_async_context(record_of(production_stack))
        rows = await record.ended(posted, within=60)
    assert [(row.status, row.attempt) for row in rows] == [(TurnStatus.DONE, 3)] * 3


async def _are_tried(posted: list[Posted], record: Record, *, after_attempt: int) -> bool:
    rows = await record.turns(posted)
    return all(row.status == TurnStatus.RUNNING and row.attempt > after_attempt for row in rows)


async def _first_turn(visitor: Visitor) -> Posted:
    await visitor.open()
    return await visitor.post(QUESTION)


async def _begun(visitor: Visitor, desk: Desk, record: Record) -> Posted:
    """Post a turn that takes its time, and return once a worker is at it."""
    posted = await visitor.post("[[stub:slow:1]]")
    await record.holder(posted, desk)
    return posted


async def _swallowed(visitor: Visitor, worker: Worker, redis: RedisServer, record: Record) -> Posted:
    """Post a turn whose hint Redis hands to a worker that is frozen, and return it."""

    def hints_sent() -> int:
        statistics = redis.call("INFO", "commandstats")
        return int(statistics.get("cmdstat_lpush", {"calls": 0})["calls"])

    while True:
        before = hints_sent()
        worker.pause()
        posted = await visitor.post(QUESTION)
        await eventually(lambda: hints_sent() > before)  # noqa: B023 - it is waited for here
        if not redis.call("LLEN", Queue.CHAT):
            return posted
        worker.resume()  # it was frozen while it did not wait for hints
        await record.ended([posted], within=10)
