"""A process that writes to its environment while other threads of it read there may crash at any moment."""

import sys
from pathlib import Path
from typing import Final

from tests.processes import Worker, running
from tests.stack import Stack

# Python tells its audit hooks of each change; reading happens in C, at every look at the clock or for an address.
WATCHED: Final = """
import sys, threading
def told(event, arguments):
    if event in ("os.putenv", "os.unsetenv"):
        print("environment changed among threads:", [thread.name for thread in threading.enumerate()], flush=True)
sys.addaudithook(lambda event, arguments: threading.active_count() > 1 and told(event, arguments))
"""


class WatchedWorker(Worker):
    """A worker that tells of each change of its environment once it has more than one thread."""

    def _command(self) -> list[str | Path]:
        python, flag, code, *arguments = super()._command()
        assert (python, flag) == (sys.executable, "-c")
        return [python, flag, f"{WATCHED}{code}", *arguments]


async def test_no_worker_changes_its_environment_once_it_has_threads(stack: Stack) -> None:
    """Celery's set-up of logging did, while the loop's first requests ran, and killed one start in some dozens."""
    async with running(stack, workers=0) as desk:
        desk.workers.append(WatchedWorker(stack, 1, {}))
        await desk.start()
        desk.worker.sigterm()
        await desk.worker.exited()
        assert "environment changed among threads" not in desk.worker.log
