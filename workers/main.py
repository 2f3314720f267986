"""What a worker runs: `celery -A workers.main worker`."""

import os
from pathlib import Path
from typing import Any

from celery.signals import celeryd_after_setup, worker_ready, worker_shutdown, worker_shutting_down

from shared import log
from shared.broker import check_broker
from shared.errors import BrokerUnavailable, FrontdeskError
from shared.vocabulary import UNACKNOWLEDGED, Queue
from workers.app import app, settings
from workers.execution import HintRequest, body_of
from workers.last_jobs import LastJobs
from workers.runtime import Runtime
from workers.tasks import TASKS, Task

_runtimes: list[Runtime] = []


def runtime() -> Runtime:
    """Return this process's runtime; there is one from Celery's start to its end."""
    return _runtimes[0]


def register(task: Task) -> None:
    """Have Celery run a task."""
    kind = {"Request": HintRequest} if task.job.queue in UNACKNOWLEDGED else {}
    app.task(body_of(task, runtime), name=task.job.name, ignore_result=True, **kind)


for task in TASKS:
    register(task)

app.steps["worker"].add(LastJobs)


# Not worker_init: Celery writes to the environment after that, which crashes a process whose threads read it.
@celeryd_after_setup.connect
def _start(instance: Any, **_: Any) -> None:
    try:
        check_broker(settings)
    except BrokerUnavailable:
        log.get().warning("broker_away_at_start")  # turns are found in the database meanwhile
    except FrontdeskError as error:
        log.get().error("worker_refused_to_start", reason=str(error))
        os._exit(1)  # Celery would swallow anything gentler
    queues = frozenset(Queue(name) for name in instance.app.amqp.queues.consume_from)
    _runtimes.append(Runtime(settings, queues))
    runtime().start()


@worker_ready.connect
def _ready(**_: Any) -> None:
    log.get().info("worker_ready")
    if path := os.environ.get("FRONTDESK_READY_FILE"):
        Path(path).touch()


@worker_shutting_down.connect
def _retire(**_: Any) -> None:
    if _runtimes:
        runtime().retire()


@worker_shutdown.connect
def _stop(**_: Any) -> None:
    if _runtimes:
        _runtimes.pop().stop()
