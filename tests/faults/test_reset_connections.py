"""Connections that were reset: each is replaced before anybody notices, and none stays in a pool."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Final

import pytest

from shared.db.engine import IDLE_SECONDS
from shared.db.unit_of_work import UnitOfWork
from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.processes import running
from tests.stack import BRISK, Stack
from tests.stubs.llm import StubLLM
from tests.stubs.proxy import Proxy
from tests.visitor import Visitor

VISITORS: Final = 8
ROUNDS: Final = 3
CRASHES: Final = ("job_crashed", "work_crashed", "duty_interrupted")
QUESTION: Final = "How do refunds work?"


async def test_connections_that_are_reset_cost_nobody_an_error(production_stack: Stack, llm: StubLLM) -> None:
    """Fault 42: a firewall or a failover resets every connection, those just used and those long idle."""
    with Proxy(production_stack.database_url) as proxy:
        settings = {**BRISK, "database_url": proxy.url}
        async with running(production_stack, llm=llm, **settings) as desk, AsyncExitStack() as opened:
            visitors = [await opened.enter_async_context(desk.visitor()) for _ in range(VISITORS)]
            turns = await _all_ask(visitors)
            for _ in range(ROUNDS):
                proxy.cut(hard=True)
                turns += await _all_ask(visitors)
            proxy.cut(hard=True)
            idle_until = time.monotonic() + IDLE_SECONDS + 1
            await eventually(lambda: time.monotonic() > idle_until)
            turns += await _all_ask(visitors)
            assert not [word for word in CRASHES if word in desk.worker.news]
    assert set(turns) == {TurnStatus.DONE}


async def test_connections_to_redis_that_are_reset_cost_nobody_an_error(production_stack: Stack, llm: StubLLM) -> None:
    """Fault 41: the same of Redis, in the middle of answers too."""
    llm.behaviour.tokens_per_second = 60
    with Proxy(production_stack.redis.url) as proxy:
        settings = {**BRISK, "redis_url": proxy.url}
        async with running(production_stack, llm=llm, **settings) as desk, AsyncExitStack() as opened:
            visitors = [await opened.enter_async_context(desk.visitor()) for _ in range(VISITORS)]
            turns = await _all_ask(visitors)
            for _ in range(ROUNDS):
                proxy.cut(hard=True)
                asking = asyncio.create_task(_all_ask(visitors))
                await eventually(lambda: llm.open_responses)
                proxy.cut(hard=True)
                turns += await asking
            assert "request_crashed" not in desk.gateway.news
            assert not [word for word in CRASHES if f"{word} error=RuntimeError" in desk.worker.news]
    assert set(turns) == {TurnStatus.DONE}


@pytest.mark.parametrize("words", ["Transport does not expose socket instance", "<closed>; the handler is closed"])
async def test_one_that_is_reset_while_it_is_made_is_made_again(stack: Stack, words: str) -> None:
    """Fault 42, in the words of aiomysql and of uvloop; any other such error is told as it is."""
    tried = list[str]()

    async def work(_: UnitOfWork) -> str:
        tried.append(words)
        if len(tried) == 1:
            raise RuntimeError(words)
        return "done"

    async def mistaken(_: UnitOfWork) -> None:
        raise RuntimeError("a mistake")

    assert await stack.database.read(work) == "done"
    with pytest.raises(RuntimeError, match="a mistake"):
        await stack.database.read(mistaken)


async def _all_ask(visitors: list[Visitor]) -> list[str]:
    """Have everybody ask at once, with no patience for errors, and return how it ended."""
    return [turn["status"] for turn in await asyncio.gather(*(visitor.ask(QUESTION) for visitor in visitors))]
