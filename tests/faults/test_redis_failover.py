"""Redis replaced by its replica under load: nothing is restarted, and whoever asked is answered."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.faults.fragile_desks import model_of
from tests.faults.record import record_of
from tests.invariants import check_invariants, observe
from tests.processes import Desk, running
from tests.servers.sentinel import Watched, watched_redis
from tests.sse import check_told
from tests.stack import BRISK, Parts, stack_of
from tests.stubs.llm import StubLLM
from tests.visitor import Posted, Visitor

VISITORS: Final = 6
QUESTION: Final = "How do refunds work?"
FAILOVER_SECONDS: Final = 60.0


@pytest.fixture
def watched() -> Iterator[Watched]:
    with watched_redis() as watched:
        yield watched


@pytest.fixture
async def watched_desk(watched: Watched, parts: Parts, llm: StubLLM, tmp_path: Path) -> AsyncIterator[Desk]:
    settings: dict[str, Any] = {**BRISK, "redis_url": watched.url}
    with stack_of(parts, "production", tmp_path, watched.master) as stack:
        await observe(stack.database)
        async with running(stack, workers=2, beats=1, llm=llm, **settings) as desk:
            yield desk
        await stack.database.close()


@pytest.mark.timeout(240)
async def test_a_redis_that_fails_over_costs_no_answer_and_no_restart(watched: Watched, watched_desk: Desk) -> None:
    """Fault 5: the master is killed under load, and its Sentinels make the replica the master."""
    model_of(watched_desk).behaviour.tokens_per_second = 40
    pids = [part.pid for part in watched_desk.parts]
    over = asyncio.Event()
    async with AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(watched_desk.visitor()) for _ in range(VISITORS)]
        talks = [asyncio.create_task(_talk(visitor, over)) for visitor in visitors]
        await eventually(lambda: model_of(watched_desk).open_responses > 1)
        watched.master.kill9()
        await eventually(watched.is_replaced, within=FAILOVER_SECONDS)
        over.set()
        posted = [turn for talk in await asyncio.gather(*talks) for turn in talk]
        await eventually(lambda: _has_been_taken_up(watched), within=FAILOVER_SECONDS)
        again = await visitors[0].post(QUESTION)
        told = await visitors[0].follow(again, within=FAILOVER_SECONDS)
    async with record_of(watched_desk.stack) as record:
        rows = await record.turns(posted)
        await check_invariants(record.database)
    assert {row.status for row in rows} == {TurnStatus.DONE}
    assert len(rows) == len(posted) >= 2 * VISITORS
    assert any(event.event == "delta" for event in told), "it was told from the database"
    assert again.seq in check_told(told)
    assert [part.pid for part in watched_desk.parts if part.alive] == pids


def _has_been_taken_up(watched: Watched) -> bool:
    """Tell whether workers wait for hints at the new master, and a gateway for events."""
    with watched.replica.client() as client:
        commands = [one["cmd"] for one in client.client_list()]
    return commands.count("brpop") == 2 and "xread" in commands


async def _talk(visitor: Visitor, over: asyncio.Event) -> list[Posted]:
    """Ask one question after the other, two at the least, and return their turns."""
    await visitor.open()
    posted = list[Posted]()
    while len(posted) < 2 or not over.is_set():
        posted.append(await visitor.post(QUESTION))
        await visitor.answer_of(posted[-1], within=FAILOVER_SECONDS)
    return posted
