"""Workers that live and do nothing: they end by themselves, and whoever starts them again is at work."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest

from shared.broker import JOB_THREADS, publish, publisher_app
from shared.vocabulary import Queue, TurnStatus
from tests.eventually import eventually
from tests.faults.idling import LEAK, Stand
from tests.faults.record import record_of
from tests.processes import Desk, Worker, desk_on
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.visitor import Visitor

WATCHDOG_SECONDS: Final = 4.0
SOON_SECONDS: Final = 60.0  # of a slow machine; the watchdog needs a tenth of it
RED_SECONDS: Final = 30.0
BETWEEN_TRIES_SECONDS: Final = 1.1 * WATCHDOG_SECONDS
"""Celery looks for a Redis that is away after 2, 6 and 12 s: at 6 s it would be a matter of luck, and 12 too late."""
STUCK: Final = 70
QUESTION: Final = "How do refunds work?"


class IdleWorker(Worker):
    """A worker that knows the tasks which make it idle."""

    def _command(self) -> list[str | Path]:
        return [str(part).replace("workers.main", "tests.faults.idle_worker") for part in super()._command()]


@pytest.fixture
async def idle_desk(request: pytest.FixtureRequest, production_stack: Stack, llm: StubLLM) -> AsyncIterator[Desk]:
    """Give a desk whose only worker looks for lost turns once in a few minutes: it lives by hints alone."""
    settings: dict[str, Any] = {"watchdog_seconds": request.param, "sweep_interval_seconds": 120}
    desk = desk_on(production_stack, workers=0, llm=llm, **settings)
    model = {"openai_base_url": llm.base_url, "openai_api_key": "sk-test"}
    desk.workers.append(IdleWorker(production_stack, 1, settings | model))
    try:
        await desk.start()
        yield desk
    finally:
        desk.stop()


def watched_for(seconds: float) -> pytest.MarkDecorator:
    """Have the desk's watchdog wait for so long."""
    return pytest.mark.parametrize("idle_desk", [seconds], indirect=True)


@watched_for(WATCHDOG_SECONDS)
async def test_a_worker_that_takes_no_more_jobs_ends_and_the_next_one_drains_the_queue(idle_desk: Desk) -> None:
    """Fault 9: jobs that raise past every guard have taken all of Celery's threads."""
    await _leak(idle_desk)
    async with idle_desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(QUESTION)
        assert await idle_desk.worker.exited(within=SOON_SECONDS) == STUCK
        assert "jobs_not_taken" in idle_desk.worker.news
        await idle_desk.worker.start()
        turn = await visitor.answer_of(posted)
    assert turn["status"] == TurnStatus.DONE


@watched_for(0)
async def test_readiness_tells_of_a_worker_that_takes_no_more_jobs(idle_desk: Desk) -> None:
    """Fault 9: nothing ends such a worker here, and within half a minute an operator sees that a turn waits."""
    await _leak(idle_desk)
    async with idle_desk.visitor() as visitor:
        await visitor.open()
        await visitor.post(QUESTION)
        await eventually(lambda: _is_red(visitor), within=RED_SECONDS)
    assert idle_desk.worker.alive


@watched_for(WATCHDOG_SECONDS)
async def test_a_worker_whose_loop_stands_still_ends(idle_desk: Desk) -> None:
    """Fault 9: a handler blocks the thread that does all the work."""
    await asyncio.to_thread(publish, publisher_app(idle_desk.stack.settings()), Stand())
    assert await idle_desk.worker.exited(within=SOON_SECONDS) == STUCK
    assert "loop_stands_still" in idle_desk.worker.news
    assert "in stand" in idle_desk.worker.news, "it says where"


@watched_for(WATCHDOG_SECONDS)
async def test_a_busy_or_thawed_worker_or_one_without_redis_is_left_alone(idle_desk: Desk, llm: StubLLM) -> None:
    """Fault 9: a model that says nothing, a freeze for longer than the watchdog waits, and a Redis that is gone."""
    worker, redis = idle_desk.worker, idle_desk.stack.redis
    llm.mode = "stall"
    async with idle_desk.visitor() as visitor, record_of(idle_desk.stack) as record:
        await visitor.open()
        posted = await visitor.post(QUESTION)
        await record.holder(posted, idle_desk)
        await _let_pass(1.5 * WATCHDOG_SECONDS)
        worker.pause()
        await _let_pass(1.5 * WATCHDOG_SECONDS)
        worker.resume()
        redis.kill9()
        await _let_pass(BETWEEN_TRIES_SECONDS)
        redis.start()
        llm.mode = "ok"
        await visitor.cancel(posted)
        turn = await visitor.ask(QUESTION, within=60)
    assert turn["status"] == TurnStatus.DONE
    assert "watchdog_ends_process" not in worker.news


async def _leak(desk: Desk) -> None:
    """Take all of Celery's threads, and return once nobody takes what waits in the queue."""
    app = publisher_app(desk.stack.settings())
    for _ in range(JOB_THREADS):
        await asyncio.to_thread(app.send_task, LEAK, queue=Queue.CHAT, retry=False, ignore_result=True)
    await eventually(lambda: not desk.stack.redis.call("LLEN", Queue.CHAT))


async def _is_red(visitor: Visitor) -> bool:
    return (await visitor.call("GET", "/readyz")).status == 503


async def _let_pass(seconds: float) -> None:
    """Let time pass in which nothing may happen."""
    await asyncio.sleep(seconds)
