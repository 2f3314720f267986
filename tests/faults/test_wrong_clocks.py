"""Workers on machines whose clocks are ten minutes off: what time it is, only the database says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from sqlalchemy import select

from shared.db.models import sessions, turns
from shared.vocabulary import SessionStatus, TurnStatus
from tests.eventually import eventually
from tests.factories import OpenSession, open_session
from tests.faults.skewed import clock_off_by, nothing_left_of_the_dead
from tests.invariants import check_invariants, observe
from tests.processes import Beat, Desk, Worker, running
from tests.stack import BRISK, Stack
from tests.stubs.llm import StubLLM

AHEAD: Final = 600
BEHIND: Final = -600
VISITORS: Final = 6
TOKENS: Final = 40
QUESTION: Final = "How do refunds work?"

UNHURRIED: Final = {"turn_lease_seconds": 10}
"""Leases that are safe on a busy machine, are renewed while an answer is told, and shorter than the clocks are off."""


@asynccontextmanager
async def skewed_desk(stack: Stack, llm: StubLLM, *skews: int, **settings: Any) -> AsyncIterator[Desk]:
    """Run a desk with a worker for each of the skews, whose answers take longer than BRISK's leases are long."""
    llm.behaviour.tokens, llm.behaviour.tokens_per_second = TOKENS, 15
    common = {"openai_base_url": llm.base_url, "openai_api_key": "sk-test", **BRISK, **settings}
    with nothing_left_of_the_dead():
        async with running(stack, workers=0, llm=llm, **(BRISK | settings)) as desk:
            desk.workers += [Worker(stack, n, common | clock_off_by(skew)) for n, skew in enumerate(skews, 1)]
            await desk.start()
            yield desk


async def test_the_clocks_are_off(production_stack: Stack, llm: StubLLM) -> None:
    """Without this, the others would prove nothing: a worker's log tells its own time."""
    async with skewed_desk(production_stack, llm, AHEAD) as desk, desk.visitor() as visitor:
        await visitor.ask(QUESTION, within=60)
        stamps = [line.split()[0] for line in desk.worker.log.splitlines() if line.startswith("20")]
    told = datetime.fromisoformat(stamps[-1])
    assert (told - datetime.now(UTC)).total_seconds() > AHEAD / 2


async def test_workers_twenty_minutes_apart_take_no_turn_from_each_other(production_stack: Stack, llm: StubLLM) -> None:
    """Fault 22: a lease by the clock of the worker that is behind would be over for the one that is ahead."""
    await observe(production_stack.database)
    async with skewed_desk(production_stack, llm, AHEAD, BEHIND, **UNHURRIED) as desk, AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(desk.visitor()) for _ in range(VISITORS)]
        answers = await asyncio.gather(*(visitor.ask(QUESTION, within=60) for visitor in visitors))
    assert {answer["status"] for answer in answers} == {"done"}
    async with production_stack.database.engine.connect() as connection:
        rows = (await connection.execute(select(turns.c.status, turns.c.attempt, turns.c.owner))).all()
    assert {(row.status, row.attempt) for row in rows} == {(TurnStatus.DONE, 1)}
    assert len(llm.requests) == len(rows) == VISITORS
    await check_invariants(production_stack.database)


@pytest.mark.parametrize(("dies", "survives"), [(AHEAD, BEHIND), (BEHIND, AHEAD)], ids=["ahead dies", "behind dies"])
async def test_a_turn_of_a_dead_worker_is_taken_over_when_its_lease_ends_and_not_ten_minutes_later(
    production_stack: Stack, llm: StubLLM, dies: int, survives: int
) -> None:
    """Fault 22: the other direction. A lease by the clock of a worker that was ahead would not end for its heir."""
    await observe(production_stack.database)
    async with skewed_desk(production_stack, llm, dies) as desk, desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(QUESTION)
        await eventually(lambda: llm.requests, within=30)
        heir = Worker(production_stack, 2, {"openai_base_url": llm.base_url, **BRISK} | clock_off_by(survives))
        desk.workers.append(heir)
        desk.worker.kill9()
        await heir.start()
        answer = await visitor.answer_of(posted, within=60)
    assert answer["status"] == "done"
    assert 2 <= len(llm.requests) <= 3  # on a busy machine the heir may be late with its own lease, too
    await check_invariants(production_stack.database)


@pytest.mark.parametrize("skew", [AHEAD, BEHIND])
async def test_sessions_end_by_the_databases_clock(production_stack: Stack, llm: StubLLM, skew: int) -> None:
    """Fault 22: not ten minutes early, not ten minutes late, and beat's ticks are taken for what they are."""
    database = production_stack.database
    # Beat looks for sessions that are over as often as one lives.
    async with skewed_desk(production_stack, llm, skew, session_ttl_minutes=0.05) as desk:
        desk.beats.append(Beat(production_stack, 1, {"session_ttl_minutes": 0.05}))  # its clock is right
        lasting = await open_session(database, ttl_seconds=300)
        over = await open_session(database, ttl_seconds=1)
        await desk.start()
        await eventually(lambda: has_ended(production_stack, over), within=60)
        assert not await has_ended(production_stack, lasting)


async def has_ended(stack: Stack, session: OpenSession) -> bool:
    """Tell whether a session is over."""
    async with stack.database.engine.connect() as connection:
        query = select(sessions.c.status).where(sessions.c.id == session.id)
        return bool((await connection.execute(query)).scalar_one() == SessionStatus.EXPIRED)
