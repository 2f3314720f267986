"""Nobody answers for a while: hints don't fill Redis meanwhile, and whoever comes back answers soon."""

import asyncio
import json
import time
from base64 import b64decode
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any, Final

from sqlalchemy import select

from api.hints import REPEAT_SECONDS
from shared.broker import ENOUGH_MESSAGES, publish, publisher_app
from shared.db.models import turns
from shared.db.turns import stranded
from shared.ids import new_id
from shared.jobs import AnswerTurn, SweepTurns
from shared.vocabulary import Queue, TurnStatus
from tests.eventually import eventually
from tests.faults.test_two_beats import SweepingWorker
from tests.processes import Worker, running
from tests.sse import SseEvent
from tests.stack import BRISK, Stack
from tests.visitor import Posted, Visitor

QUESTION: Final = "How do refunds work?"
POLLS: Final = 40
VISITORS: Final = 5
SOON_SECONDS: Final = 15.0  # a few on a machine that has time
SETTINGS: Final[dict[str, Any]] = {**BRISK}


async def test_those_who_wait_do_not_fill_redis_with_hints(production_stack: Stack) -> None:
    """Fault 7: streams and polls of a turn that nobody works on."""
    async with running(production_stack, workers=0) as desk, desk.visitor() as visitor:
        await visitor.open()
        began = time.monotonic()
        posted = await visitor.post(QUESTION)
        streams = [asyncio.create_task(_heard(visitor, posted)) for _ in range(3)]
        await eventually(lambda: _hints(production_stack)[visitor.session_id] > 1)  # by one of the streams
        for _ in range(POLLS):
            await visitor.turn(posted)
        hints, seconds = _hints(production_stack)[visitor.session_id], time.monotonic() - began
        for stream in streams:
            stream.cancel()
    assert hints <= 2 + seconds / REPEAT_SECONDS


async def test_a_sweep_adds_nothing_to_very_many_hints(production_stack: Stack) -> None:
    """Fault 7: what it would find stays as it is, for the patrol of the next worker."""
    async with running(production_stack, workers=0) as desk, desk.visitor() as visitor:
        desk.workers.append(SweepingWorker(production_stack, 1, SETTINGS | {"log_level": "DEBUG"}))
        await desk.start()
        await visitor.open()
        await visitor.post(QUESTION)
        await eventually(lambda: _is_stranded(production_stack))
        await asyncio.to_thread(_fill_with_hints, production_stack)
        await _sweep(production_stack, desk.worker)
        assert "turns_swept" not in desk.worker.news
        production_stack.redis.call("DEL", Queue.CHAT)
        await _sweep(production_stack, desk.worker)
        assert "turns_swept" in desk.worker.news
    assert _hints(production_stack) == {visitor.session_id: 1}


async def test_a_worker_that_comes_back_to_very_many_hints_answers_soon(production_stack: Stack) -> None:
    """Fault 7: none of them is about those who wait, whose streams hint no more."""
    async with running(production_stack, workers=0) as desk, AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(desk.visitor()) for _ in range(VISITORS)]
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        posted = [await visitor.post(QUESTION) for visitor in visitors]
        await eventually(lambda: len(_hints(production_stack)) == VISITORS)
        await asyncio.to_thread(_fill_with_hints, production_stack)
        streams = [asyncio.create_task(_heard(*each)) for each in zip(visitors, posted, strict=True)]
        await eventually(lambda: _is_stranded(production_stack))
        desk.workers.append(Worker(production_stack, 1, SETTINGS))
        await desk.start()
        told = await asyncio.wait_for(asyncio.gather(*streams), SOON_SECONDS)
        await eventually(lambda: not production_stack.redis.call("LLEN", Queue.CHAT), within=60)
    assert {events[-1].event for events in told} == {TurnStatus.DONE}


async def _heard(visitor: Visitor, posted: Posted) -> list[SseEvent]:
    return [event async for event in visitor.events(posted)]


def _hints(stack: Stack) -> Counter[str]:
    """Return how many hints wait for each session."""
    messages = [json.loads(b64decode(json.loads(one)["body"])) for one in stack.redis.call("LRANGE", Queue.CHAT, 0, -1)]
    return Counter(job["session_id"] for _, arguments, _ in messages for job in arguments["jobs"])


def _fill_with_hints(stack: Stack) -> None:
    """Leave no hints in Redis but very many at sessions that are no more."""
    stack.redis.call("DEL", Queue.CHAT)
    publish(publisher_app(stack.settings()), AnswerTurn(new_id()))
    [hint] = stack.redis.call("LRANGE", Queue.CHAT, 0, -1)
    stack.redis.call("LPUSH", Queue.CHAT, *[hint] * ENOUGH_MESSAGES)


async def _is_stranded(stack: Stack) -> bool:
    async with stack.database.engine.connect() as connection:
        return (await connection.execute(select(turns.c.id).where(stranded()))).first() is not None


async def _sweep(stack: Stack, worker: Worker) -> None:
    """Have the worker sweep once, to the end."""
    before = worker.news.count("succeeded")
    await asyncio.to_thread(publish, publisher_app(stack.settings()), SweepTurns())
    await eventually(lambda: worker.news.count("succeeded") > before)
