"""The slots of a worker process: how many turns it answers at once, whoever found them."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from shared import log
from workers.loop import LoopThread, WorkAborted, within
from workers.ports import Retired

Work = Callable[[], Coroutine[Any, Any, None]]


class Slots:
    """Begins work on the loop, each piece in a slot of its own, for callers who don't wait for its end."""

    def __init__(self, loop: LoopThread, slots: int) -> None:
        self._loop = loop
        self._slots = slots
        self._free = threading.BoundedSemaphore(slots)
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def room(self) -> int:
        """How many slots are free; on the loop's own thread."""
        return 0 if self._closed else self._slots - len(self._running)

    @property
    def busy(self) -> int:
        """How many slots are taken; from any thread."""
        return len(self._running)

    def begin(self, work: Work, seconds: float) -> None:
        """Begin work that may take so many seconds, from any thread but the loop's; wait for a slot as long as that.

        Raises WorkAborted when none gets free in time, and Retired when the process is about to end.
        """
        if not self._free.acquire(timeout=seconds):
            raise WorkAborted("no slot got free")
        if self._closed:
            self._free.release()
            raise Retired("the process is about to end")
        self._loop.call_soon(self._run, work, seconds)

    def try_begin(self, work: Work, seconds: float) -> bool:
        """Begin work on the loop's own thread; return whether there was a slot for it."""
        if self._closed or not self._free.acquire(blocking=False):
            return False
        self._run(work, seconds)
        return True

    def close(self) -> None:
        """Begin nothing more."""
        self._closed = True

    async def finished(self, seconds: float) -> None:
        """Wait for what runs, at most so many seconds."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    def _run(self, work: Work, seconds: float) -> None:
        task = asyncio.create_task(within(work(), seconds))
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._free.release()
        if not task.cancelled() and (error := task.exception()):
            log.get().error("work_crashed", exc_info=error)
