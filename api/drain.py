"""The end of open streams when the process is told to stop: without it, they would keep it alive for ever."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Drain:
    """Tells every open stream that the process is going away."""

    def __init__(self) -> None:
        self.begun = False
        self._wakers: set[Callable[[], None]] = set()

    @contextmanager
    def notify(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call `wake` when draining begins while the block runs."""
        self._wakers.add(wake)
        try:
            yield
        finally:
            self._wakers.discard(wake)

    def begin(self) -> None:
        """Tell them."""
        self.begun = True
        for wake in list(self._wakers):
            wake()

    @contextmanager
    def on_signals(self, call_soon: Callable[[Callable[[], None]], object]) -> Iterator[None]:
        """Begin on SIGTERM and SIGINT, before the server's own handlers are called, while the block runs."""
        previous = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def handle(number: int, frame: FrameType | None) -> None:
            call_soon(self.begin)
            handler = previous[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        for number in previous:
            signal.signal(number, handle)
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
