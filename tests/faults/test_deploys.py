"""Deploys while visitors ask: workers that are told to end, and a database that a newer version has migrated."""

import asyncio
import signal
from contextlib import AsyncExitStack, suppress
from typing import Final

import pytest

from shared.vocabulary import TurnStatus
from tests.eventually import WaitedInVain, eventually
from tests.faults.fragile_desks import model_of
from tests.faults.record import Record, record_of
from tests.processes import Desk, Worker, running
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.visitor import Posted, Visitor

CYCLES: Final = 4  # of each worker
HURRIES: Final = 2  # of each worker
VISITORS: Final = 8
QUESTION: Final = "How do refunds work?"


@pytest.mark.parametrize("fragile_desk", ["production"], indirect=True)
async def test_workers_that_are_told_to_end_finish_their_turns_first(fragile_desk: Desk, record: Record) -> None:
    """Fault 16: SIGTERM under load. No turn is lost, none is begun a second time, and the workers end in peace."""
    model_of(fragile_desk).behaviour.tokens_per_second = 30
    over = asyncio.Event()
    async with AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(fragile_desk.visitor()) for _ in range(VISITORS)]
        talks = [asyncio.create_task(_talk(visitor, over)) for visitor in visitors]
        codes = await asyncio.gather(*(_end_and_start(worker, record) for worker in fragile_desk.workers))
        over.set()
        posted = [turn for talk in await asyncio.gather(*talks) for turn in talk]
    rows = await record.turns(posted)
    assert {(row.status, row.attempt) for row in rows} == {(TurnStatus.DONE, 1)}
    assert len(model_of(fragile_desk).requests) == len(posted) == len(rows) > 2 * CYCLES
    assert {code for one in codes for code in one} == {0}


async def test_a_worker_that_is_told_to_end_leaves_the_next_question_to_another(
    production_stack: Stack, llm: StubLLM
) -> None:
    """Fault 16: a visitor who asks on and on keeps no worker from its end, and waits for no sweep."""
    llm.behaviour.tokens_per_second = 50
    no_sweeps = {"sweep_interval_seconds": 60}
    async with running(production_stack, llm=llm, workers=2, **no_sweeps) as desk, AsyncExitStack() as opened:
        record = await opened.enter_async_context(record_of(production_stack))
        visitor = await opened.enter_async_context(desk.visitor())
        await visitor.open()
        answered, waiting, waiting_too = [await visitor.post(QUESTION) for _ in range(3)]
        ending = await record.holder(answered, desk)
        ending.sigterm()
        rows = await record.ended([answered, waiting, waiting_too], within=20)
        assert await ending.exited() == 0
    owners = {row.id: int(row.owner.split(":")[1]) for row in rows}
    assert owners[answered.turn_id] == ending.pid
    assert owners[waiting.turn_id] == owners[waiting_too.turn_id] != ending.pid
    assert {(row.status, row.attempt) for row in rows} == {(TurnStatus.DONE, 1)}


NEXT_VERSION: Final = (
    "ALTER TABLE turns ADD COLUMN of_the_next_version VARCHAR(16) NOT NULL DEFAULT 'new'",
    "CREATE INDEX ix_of_the_next_version ON turns (of_the_next_version)",
    "CREATE TABLE things_of_the_next_version (id INTEGER PRIMARY KEY)",
    "UPDATE alembic_version SET version_num = 'next'",
)


async def test_a_desk_runs_on_when_the_next_version_has_migrated_its_database(
    production_stack: Stack, llm: StubLLM
) -> None:
    """Fault 51: a deploy migrates first, so old processes meet new tables, and so do those that a rollback starts."""
    name = production_stack.database_url.rpartition("/")[2]
    async with running(production_stack, llm=llm, gateways=2, workers=2, beats=1) as desk, AsyncExitStack() as opened:
        over = asyncio.Event()
        visitors = [await opened.enter_async_context(desk.visitor()) for _ in range(VISITORS)]
        talks = [asyncio.create_task(_talk(visitor, over)) for visitor in visitors]
        for statement in NEXT_VERSION:
            await asyncio.to_thread(production_stack.mariadb.sql, statement, database=name)
        before = len(llm.requests)
        await eventually(lambda: len(llm.requests) > before + VISITORS, within=60)
        for part in (desk.gateways[1], desk.workers[1], desk.beat):
            await part.restart()
        over.set()
        posted = [turn for talk in await asyncio.gather(*talks) for turn in talk]
        async with Visitor(desk.gateways[1].url) as late:
            assert (await late.ask(QUESTION, within=60))["status"] == TurnStatus.DONE
    assert len(posted) > VISITORS


@pytest.mark.parametrize("fragile_desk", ["production"], indirect=True)
async def test_workers_that_are_killed_before_they_have_ended_lose_no_turn(fragile_desk: Desk, record: Record) -> None:
    """Fault 17: SIGTERM under load, and SIGKILL a second later. Every turn ends once, whoever had begun it."""
    model_of(fragile_desk).behaviour.tokens_per_second = 15
    over = asyncio.Event()
    async with AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(fragile_desk.visitor()) for _ in range(VISITORS)]
        talks = [asyncio.create_task(_talk(visitor, over)) for visitor in visitors]
        codes = [await _hurry_and_start(worker, record) for worker in fragile_desk.workers * HURRIES]
        over.set()
        posted = [turn for talk in await asyncio.gather(*talks) for turn in talk]
    rows = await record.turns(posted)
    assert {row.status for row in rows} == {TurnStatus.DONE}
    assert len(rows) == len(posted)
    assert len(model_of(fragile_desk).requests) == sum(row.attempt for row in rows) > len(rows)
    assert -signal.SIGKILL in codes


async def _hurry_and_start(worker: Worker, record: Record) -> int:
    """Tell a worker in the middle of an answer to end, kill it a second later, and start it again."""
    await eventually(lambda: record.is_busy(worker))
    worker.sigterm()
    with suppress(WaitedInVain):
        await worker.exited(within=1)  # as it does where its answers were about to end
    worker.kill9()
    code = await worker.exited()
    await worker.start()
    return code


async def _end_and_start(worker: Worker, record: Record) -> list[int]:
    """Tell a worker in the middle of an answer to end, start it again, and so on; return its exit codes."""
    codes = []
    for _ in range(CYCLES):
        await eventually(lambda: record.is_busy(worker))
        worker.sigterm()
        codes.append(await worker.exited())
        await worker.start()
    return codes


async def _talk(visitor: Visitor, over: asyncio.Event) -> list[Posted]:
    """Ask one question after the other, and return their turns."""
    await visitor.open()
    posted = []
    while not over.is_set():
        posted.append(await visitor.post(QUESTION))
        await visitor.answer_of(posted[-1])
    return posted
