"""What Celery runs: `celery -A workers.main worker` and `celery -A workers.main beat`."""

import os
import sys
from pathlib import Path
from typing import Any

from celery.signals import celeryd_after_setup, setup_logging, worker_ready, worker_shutdown, worker_shutting_down

from shared import log
from shared.broker import check_broker, consumer_app
from shared.errors import BrokerUnavailable, FrontdeskError
from shared.settings import load_settings
from shared.vocabulary import UNACKNOWLEDGED, Queue
from workers.execution import HintRequest, body_of
from workers.runtime import Runtime
from workers.schedule import schedule
from workers.tasks import TASKS, Task

try:
    settings = load_settings()
    app = consumer_app(settings)
except FrontdeskError as error:
    sys.exit(f"frontdesk: {error}")

app.conf.beat_schedule = schedule(settings)
app.conf.beat_max_loop_interval = 1
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


@setup_logging.connect
def _configure_logging(**_: Any) -> None:
    log.configure(settings.log_level, json=settings.log_format == "json")


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
