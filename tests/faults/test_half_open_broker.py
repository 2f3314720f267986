"""Connections to Redis that are half open: whatever is sent is swallowed, and nothing says so."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any, Final

from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.faults.hints import waiting_for_hints
from tests.faults.proxied_desks import proxied
from tests.processes import Desk, Gateway, Worker
from tests.stack import BRISK, Stack
from tests.stubs.llm import StubLLM
from tests.visitor import Posted, Visitor

VISITORS: Final = 10
POSTS: Final = 3  # of each
P99_SECONDS: Final = 2.0
TAKEN_SECONDS: Final = 15.0
QUESTION: Final = "How do refunds work?"
NOBODY_LOOKS: Final[dict[str, Any]] = {"sweep_interval_seconds": 120}
PATROLLED: Final[dict[str, Any]] = {**BRISK}


async def test_a_gateway_with_a_half_open_redis_takes_questions_at_once(production_stack: Stack, llm: StubLLM) -> None:
    """Fault 7: posts take less than two seconds, the loop is never held up, and every question is answered."""
    async with proxied(production_stack, llm, Gateway, **PATROLLED) as it, AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(it.desk.visitor()) for _ in range(VISITORS)]
        for visitor in visitors:
            await visitor.ask(QUESTION)
        it.proxy.blackhole()
        over = asyncio.Event()
        looking = asyncio.create_task(_slowest_healthz(it.desk, over))
        timed = await asyncio.gather(*(_posts(visitor) for visitor in visitors))
        over.set()
        took = sorted(seconds for one in timed for _, seconds in one)
        rows = await it.record.ended([turn for one in timed for turn, _ in one], within=30)
        it.proxy.heal()
        after = await visitors[0].ask(QUESTION)
    assert took[int(0.99 * len(took))] < P99_SECONDS
    assert await looking < P99_SECONDS
    assert {row.status for row in rows} == {TurnStatus.DONE}
    assert after["status"] == TurnStatus.DONE


async def test_a_worker_with_a_half_open_redis_finds_its_turns_in_the_database(
    production_stack: Stack, llm: StubLLM
) -> None:
    """Fault 8: no hint arrives, and the turn is answered within fifteen seconds all the same."""
    async with proxied(production_stack, llm, Worker, **PATROLLED) as it, it.desk.visitor() as visitor:
        await visitor.ask(QUESTION)
        it.proxy.blackhole()
        posted = await visitor.post(QUESTION)
        [row] = await it.record.ended([posted], within=TAKEN_SECONDS)
    assert row.status == TurnStatus.DONE


async def test_a_worker_whose_connections_were_forgotten_makes_new_ones(production_stack: Stack, llm: StubLLM) -> None:
    """Fault 8: a hint in Redis is taken within fifteen seconds, though nobody looks for turns or closes anything."""
    async with proxied(production_stack, llm, Worker, **NOBODY_LOOKS) as it, it.desk.visitor() as visitor:
        await visitor.ask(QUESTION)
        it.proxy.forget()
        await eventually(lambda: not waiting_for_hints(production_stack.redis))
        posted = await visitor.post(QUESTION)
        [row] = await it.record.ended([posted], within=TAKEN_SECONDS)
    assert (row.status, row.attempt) == (TurnStatus.DONE, 1)


async def _posts(visitor: Visitor) -> list[tuple[Posted, float]]:
    timed = []
    for _ in range(POSTS):
        since = time.monotonic()
        posted = await visitor.post(QUESTION)
        timed.append((posted, time.monotonic() - since))
    return timed


async def _slowest_healthz(desk: Desk, over: asyncio.Event) -> float:
    slowest = 0.0
    async with desk.visitor() as anyone:
        while not over.is_set():
            since = time.monotonic()
            await anyone.call("GET", "/healthz")
            slowest = max(slowest, time.monotonic() - since)
    return slowest
