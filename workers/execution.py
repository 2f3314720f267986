"""The one task body: runs a handler for each job of a message, and lets nothing but an Exception reach Celery."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from celery.worker.request import Request

from shared import log
from shared.errors import FrontdeskError
from workers import metrics
from workers.runtime import Runtime
from workers.tasks import Task

GetRuntime = Callable[[], Runtime]
ONE_WITHOUT_FIELDS: Final[Sequence[Mapping[str, Any]]] = ({},)  # which is what beat sends


class HintRequest(Request):  # type: ignore[misc]  # Celery is untyped
    """A job whose message was gone when it was taken; asking Redis to forget it would be two trips for nothing."""

    acknowledged = True


def body_of(task: Task, runtime: GetRuntime) -> Callable[..., None]:
    """Return the function that Celery calls for every message of the task."""

    def body(jobs: Sequence[Mapping[str, Any]] = ONE_WITHOUT_FIELDS) -> None:
        for arguments in jobs:
            run(arguments)

    def run(arguments: Mapping[str, Any]) -> None:
        try:
            job = task.job(**arguments)
        except TypeError:  # it comes from another release of ours: its row tells whoever looks for what is due
            log.get().warning("job_unreadable", job=task.job.name, fields=sorted(arguments))
            return
        try:
            runtime().run(task, job)
        except FrontdeskError as error:
            metrics.JOBS_FAILED.labels(task.job.name, error.code).inc()
            log.get().warning("job_failed", job=task.job.name, error=error.code, **arguments)
        except Exception as error:
            metrics.JOBS_FAILED.labels(task.job.name, type(error).__name__).inc()
            log.get().exception("job_crashed", job=task.job.name, **arguments)
            raise

    return body
