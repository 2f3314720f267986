"""How a worker ends: what it received last is begun."""

from typing import Any

from celery.bootsteps import StartStopStep


class LastJobs(StartStopStep):  # type: ignore[misc]  # Celery is untyped
    """Stops after the consumer and before the pool, which cancels what none of its threads has begun.

    A hint that is cancelled is gone: it was Redis's no more when it was received. One that is begun so late starts no
    turn here, but goes on to another worker.
    """

    requires = ("celery.worker.components:Pool",)

    def stop(self, parent: Any) -> None:
        """Wait for every job that the pool was given."""
        parent.pool.executor.shutdown()
