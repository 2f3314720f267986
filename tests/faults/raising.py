"""A job whose handler ends with whatever it is told to raise."""

import asyncio
from dataclasses import dataclass
from typing import Final

from shared.jobs import Job
from shared.vocabulary import Queue
from workers.dependencies import Dependencies

KINDS: Final[dict[str, type[BaseException]]] = {
    "CancelledError": asyncio.CancelledError,
    "KeyboardInterrupt": KeyboardInterrupt,
    "SystemExit": SystemExit,
}


@dataclass(frozen=True, slots=True)
class Raise(Job):
    """Raise an exception that is none of the ordinary kind."""

    name = "tests.raise"
    queue = Queue.CHAT
    kind: str


async def handle(job: Raise, _: Dependencies) -> None:
    """Raise it."""
    raise KINDS[job.kind]
