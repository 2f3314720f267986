"""The process's one event loop, in a thread of its own, and the guard that lets nothing but Exceptions out of it."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import uvloop

from shared.errors import TransientError

T = TypeVar("T")

HANG_SECONDS = 5  # how long past its own deadline work may take to let go


class WorkAborted(TransientError):
    """The work was cancelled, asked the process to exit, or did not end in time."""

    code = "work_aborted"


async def guarded(work: Coroutine[Any, Any, T]) -> T:
    """Await `work`; turn a SystemExit or KeyboardInterrupt, which would end the loop itself, into WorkAborted."""
    try:
        return await work
    except (SystemExit, KeyboardInterrupt) as error:
        raise WorkAborted(type(error).__name__) from error


async def within(work: Coroutine[Any, Any, T], seconds: float) -> T:
    """Await `work`, guarded, for so many seconds. Raises TimeoutError after them."""
    async with asyncio.timeout(seconds):
        return await guarded(work)


class LoopThread:
    """An event loop that other threads hand coroutines to."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="loop", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Run `work` on the loop and wait for it, at most `seconds` and a little.

        Raises what `work` raises, but never anything that is not an Exception: in a Celery thread that would take the
        thread's slot with it for good.
        """
        future = asyncio.run_coroutine_threadsafe(within(work, seconds), self._loop)
        try:
            return future.result(seconds + HANG_SECONDS)
        except (asyncio.CancelledError, concurrent.futures.CancelledError) as error:
            raise WorkAborted("cancelled") from error
        except TimeoutError as error:
            future.cancel()
            raise WorkAborted("timed out") from error

    def call_soon(self, callback: Callable[..., object], *arguments: object) -> None:
        """Have the loop call something, and don't wait for it."""
        self._loop.call_soon_threadsafe(callback, *arguments)

    def stop(self) -> None:
        """Stop the loop; what still runs on it is abandoned."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(HANG_SECONDS)
