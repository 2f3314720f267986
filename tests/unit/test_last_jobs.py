"""What a worker received last before it ends is begun, and not cancelled with the pool."""

import threading
from types import SimpleNamespace
from typing import Any

from celery import Celery
from celery.concurrency.thread import TaskPool
from celery.worker import WorkController
from celery.worker.components import Consumer, Pool

from workers.last_jobs import LastJobs


def _stopped(stop: Any) -> list[str]:
    """Return what a pool of one thread ran, which was busy when a job came and was told to end."""
    pool, busy, ran = TaskPool(limit=1), threading.Event(), list[str]()
    pool.start()
    pool.executor.submit(busy.wait)
    pool.executor.submit(ran.append, "the last job")
    threading.Timer(0.2, busy.set).start()
    stop(pool)
    pool.stop()
    return ran


def test_the_last_job_is_begun_before_the_pool_ends() -> None:
    assert _stopped(lambda pool: LastJobs(None).stop(SimpleNamespace(pool=pool))) == ["the last job"]
    assert _stopped(lambda _: None) == [], "the pool drops it by itself: nothing to do before it ends"


def test_the_consumer_is_stopped_before_it_and_the_pool_after_it() -> None:
    app = Celery("desk", broker="memory://", set_as_current=False)
    app.steps["worker"].add(LastJobs)
    started = [type(step) for step in WorkController(app=app, pool="threads").steps]  # they stop the other way round
    assert started.index(Pool) < started.index(LastJobs) < started.index(Consumer)
