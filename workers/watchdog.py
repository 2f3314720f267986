"""Ends a process that lives and does nothing, so that whatever started it starts it again."""

import asyncio
import faulthandler
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

from shared import log
from workers.loop import LoopThread

ROUNDS: Final = 10  # a process that was frozen, or whose computer slept, has all of them when it wakes


class InHand:
    """Counts the jobs that Celery's threads have begun, and those they are still at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.begun = 0
        self.now = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Have a job in hand while the block runs."""
        with self._lock:
            self.begun += 1
            self.now += 1
        try:
            yield
        finally:
            with self._lock:
                self.now -= 1


class Watchdog:
    """A thread beside the loop: both have to be broken for a process to live on and do nothing.

    It ends the process, whose turns others take over, when the loop has not run for `seconds`, or when jobs have waited
    for as long while this process had none in hand and took none. It counts rounds instead of looking at a clock.
    """

    def __init__(
        self, loop: LoopThread, in_hand: InHand, jobs_wait: Callable[[], Awaitable[bool]], seconds: float
    ) -> None:
        self._loop, self._in_hand, self._jobs_wait = loop, in_hand, jobs_wait
        self._pause = seconds / ROUNDS
        self._standing = self._starving = 0  # rounds
        self._begun = 0
        self._looking: asyncio.Future[None] | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer: a process that is about to end takes no jobs."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self._pause):
            self._standing += 1
            if self._standing > ROUNDS:
                _end("loop_stands_still")
            if self._starving > ROUNDS:
                _end("jobs_not_taken")
            self._loop.call_soon(self._tick)

    def _tick(self) -> None:
        self._standing = 0
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        begun = self._in_hand.begun
        starving = not self._in_hand.now and begun == self._begun and await self._jobs_wait()
        self._starving = self._starving + 1 if starving else 0
        self._begun = begun


def _end(reason: str) -> NoReturn:
    log.get().critical("watchdog_ends_process", reason=reason)
    faulthandler.dump_traceback(sys.stderr)  # where every thread is: code alone, nothing that anybody said
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(os.EX_SOFTWARE)  # whatever is stuck would keep a gentler end from coming
