"""Workers that are told to end, again and again, while visitors ask."""

import asyncio
from contextlib import AsyncExitStack
from typing import Final

import pytest

from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.faults.fragile_desks import model_of
from tests.faults.record import Record
from tests.processes import Desk, Worker
from tests.visitor import Posted, Visitor

CYCLES: Final = 4  # of each worker
VISITORS: Final = 8


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
        posted.append(await visitor.post("How do refunds work?"))
        await visitor.answer_of(posted[-1])
    return posted
