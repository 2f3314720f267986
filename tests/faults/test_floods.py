"""A visitor, or a room full of them, who asks without end: the others are answered as ever."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from shared.ids import new_id
from tests.eventually import eventually
from tests.processes import Desk, running
from tests.stack import Stack
from tests.stubs.llm import Behaviour, StubLLM
from tests.visitor import Visitor

OTHERS: Final = 20
QUESTIONS: Final = 1000
AT_ONCE: Final = 10
THEIR_ADDRESS: Final = "127.0.0.6"
MOST_WAITING: Final = 3  # what `session_max_waiting_turns` allows unless it is set
ROOM: Final = 100
MOST_OF_AN_ADDRESS: Final = 10
ANSWER_SECONDS: Final = 1.0  # that the model takes
MUCH_SLOWER: Final = 2.0
A_BUSY_MACHINE_SECONDS: Final = 2.0


async def test_a_thousand_questions_of_one_visitor_keep_nobody_else_waiting(production_stack: Stack) -> None:
    """Fault 31: few may wait in one session, and one is answered at a time, so few more are taken than answered."""
    statuses = Counter[int]()

    async def ask_without_end(visitor: Visitor) -> None:
        for _ in range(QUESTIONS // AT_ONCE):
            statuses[await _asked(visitor)] += 1

    async with _desk(production_stack) as desk, _visitors(desk, 1, THEIR_ADDRESS) as [visitor]:
        calm, began = await _p95(desk), time.monotonic()
        flood = [asyncio.create_task(ask_without_end(visitor)) for _ in range(AT_ONCE)]
        await eventually(lambda: statuses[429])
        flooded = await _p95(desk)
        await asyncio.gather(*flood)
        answered = (time.monotonic() - began) / ANSWER_SECONDS
    assert flooded < MUCH_SLOWER * calm + A_BUSY_MACHINE_SECONDS
    assert statuses.keys() == {202, 429}
    assert statuses[202] <= MOST_WAITING + answered + 1


async def test_a_room_full_of_visitors_with_one_address_keeps_nobody_else_waiting(production_stack: Stack) -> None:
    """Fault 31: a session for each question helps nobody, since an address has a limit, too."""
    limits: dict[str, Any] = {"turns_per_minute_per_address": MOST_OF_AN_ADDRESS}
    async with _desk(production_stack, **limits) as desk, _visitors(desk, ROOM, THEIR_ADDRESS) as room:
        calm = await _p95(desk)
        statuses = Counter([await _asked(visitor) for visitor in room for _ in range(MOST_WAITING)])
        flooded = await _p95(desk)
    assert statuses == {202: MOST_OF_AN_ADDRESS, 429: MOST_WAITING * ROOM - MOST_OF_AN_ADDRESS}
    assert flooded < MUCH_SLOWER * calm + A_BUSY_MACHINE_SECONDS


@asynccontextmanager
async def _desk(stack: Stack, **settings: Any) -> AsyncIterator[Desk]:
    """Run a desk whose model takes a second for an answer, and whose worker gives 32 at once."""
    with StubLLM(Behaviour(tokens=50, tokens_per_second=50 / ANSWER_SECONDS)) as llm:
        async with running(stack, llm=llm, worker_slots=32, **settings) as desk:
            yield desk


@asynccontextmanager
async def _visitors(desk: Desk, count: int, *addresses: str) -> AsyncIterator[list[Visitor]]:
    """Give visitors with a session each, from these addresses in turn."""
    visitors = [Visitor(desk.url, address=addresses[n % len(addresses)]) for n in range(count)]
    try:
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        yield visitors
    finally:
        await asyncio.gather(*(visitor.__aexit__() for visitor in visitors))


async def _p95(desk: Desk) -> float:
    """Return within how many seconds 19 of 20 visitors have their answers who all ask at once, each from elsewhere."""
    async with _visitors(desk, OTHERS, *(f"127.0.4.{n + 1}" for n in range(OTHERS))) as visitors:
        waited = sorted(await asyncio.gather(*map(_waited, visitors)))
    return waited[int(OTHERS * 0.95) - 1]


async def _waited(visitor: Visitor) -> float:
    began = time.monotonic()
    await visitor.ask("How do refunds work?", within=60)
    return time.monotonic() - began


async def _asked(visitor: Visitor) -> int:
    """Post a question, and return the status of the reply."""
    question = {"message": "How do refunds work?", "client_message_id": new_id()}
    return (await visitor.call("POST", "/v1/turns", json=question)).status
