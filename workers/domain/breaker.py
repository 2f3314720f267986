"""When something that fails is let alone for a while, so that nobody waits for what will not come."""

import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 3  # in a row
LONGEST_PAUSE_SECONDS: Final = 300.0


class CircuitBreaker:
    """Opens after a few failures in a row; once its pause is over, one attempt at a time may try.

    Each pause that follows without a success in between is twice as long.
    """

    def __init__(self, name: str, pause_seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        """With a pause of 0 it never opens."""
        self.name, self._pause_seconds, self._now = name, pause_seconds, now
        self._failures, self._pauses = 0, 0
        self._open_until = 0.0
        self._trying = False
        self.opened = False
        """Whether it opened by itself, and nobody has been told yet."""

    @property
    def seconds_left(self) -> float:
        """How long it stays open, 0 when it is not."""
        return max(0.0, self._open_until - self._now())

    def lets_through(self) -> bool:
        """Tell whether to try; where the answer is yes, say afterwards how it went."""
        if self.seconds_left:
            return False
        if not self._open_until:
            return True
        if self._trying:
            return False
        self._trying = True
        return True

    def worked(self) -> None:
        """Note a success: all is well again."""
        self._failures = self._pauses = 0
        self._open_until, self._trying = 0.0, False

    def failed(self) -> None:
        """Note a failure."""
        self._failures += 1
        if self._pause_seconds and self._failures >= FAILURES and not self.seconds_left:
            self._open_until = self._now() + min(LONGEST_PAUSE_SECONDS, self._pause_seconds * 2**self._pauses)
            self._pauses += 1
            self.opened = True
        self._trying = False

    def left(self) -> None:
        """Note that an attempt ended without telling anything: whoever asked has gone."""
        self._trying = False

    def hear(self, seconds: float) -> None:
        """Open for as long as another process says: it has failed there."""
        if self._pause_seconds and not self.seconds_left:
            self._failures = FAILURES
            self._open_until = self._now() + seconds
