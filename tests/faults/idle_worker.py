"""The worker's application with two tasks more, which make it idle: one takes Celery's threads, one takes the loop."""

import asyncio
import threading
from typing import Final

from tests.faults.idling import LEAK, Stand
from workers import app as application
from workers import main
from workers.dependencies import Dependencies
from workers.tasks import Task

FOR_EVER: Final = threading.Event()

app = application.app


@app.task(name=LEAK)  # type: ignore[untyped-decorator]
def leak() -> None:
    """Take one of Celery's threads for good: no guard is around it."""
    raise asyncio.CancelledError


async def stand(_: Stand, __: Dependencies) -> None:
    """Keep the loop from doing anything else."""
    FOR_EVER.wait()


main.register(Task(Stand, stand, budget=600))
