"""The one task body: runs a handler for a job, and lets nothing but an Exception reach Celery."""

from collections.abc import Callable
from typing import Any

from shared import log
from shared.errors import FrontdeskError
from workers.runtime import Runtime
from workers.tasks import Task

GetRuntime = Callable[[], Runtime]


def body_of(task: Task, runtime: GetRuntime) -> Callable[..., None]:
    """Return the function that Celery calls for every job of the task."""

    def body(**arguments: Any) -> None:
        try:
            runtime().run(task, task.job(**arguments))
        except FrontdeskError as error:
            log.get().warning("job_failed", job=task.job.name, error=error.code, **arguments)
        except Exception:
            log.get().exception("job_crashed", job=task.job.name, **arguments)
            raise

    return body
