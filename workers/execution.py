"""The one task body: runs a handler for each job of a message, and lets nothing but an Exception reach Celery."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from celery.worker.request import Request

from shared import log
from shared.errors import FrontdeskError
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
            runtime().run(task, task.job(**arguments))
        except FrontdeskError as error:
            log.get().warning("job_failed", job=task.job.name, error=error.code, **arguments)
        except Exception:
            log.get().exception("job_crashed", job=task.job.name, **arguments)
            raise

    return body
