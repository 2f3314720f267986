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
        self._openings = 0
        self._probe: Attempt | None = None
        self.opened = False
        """Whether it opened by itself, and nobody has been told yet."""

    @property
    def seconds_left(self) -> float:
        """How long it stays open, 0 when it is not."""
        return max(0.0, self._open_until - self._now())

    def attempt(self) -> "Attempt | None":
        """Begin an attempt; None when it is not to be tried now."""
        if self.seconds_left or self._probe:
            return None
        attempt = Attempt(self, self._openings)
        if self._open_until:
            self._probe = attempt
        return attempt

    def note_success(self) -> None:
        """Close: all is well again, whenever the attempt began."""
        self._failures = self._pauses = 0
        self._open_until, self._probe = 0.0, None

    def note_failure(self, openings: int) -> None:
        """Count the failure of an attempt that began after so many openings; of an older one it is known already."""
        if openings != self._openings:
            return
        self._failures += 1
        if self._pause_seconds and self._failures >= FAILURES:
            self._open(min(LONGEST_PAUSE_SECONDS, self._pause_seconds * 2**self._pauses))
            self._pauses += 1
            self.opened = True

    def note_end(self, attempt: "Attempt") -> None:
        """Let another try, when this was the one that might."""
        if self._probe is attempt:
            self._probe = None

    def hear(self, seconds: float) -> None:
        """Open for as long as another process says: it has failed there."""
        if self._pause_seconds and not self.seconds_left:
            self._failures = FAILURES
            self._open(seconds)

    def _open(self, seconds: float) -> None:
        self._open_until = self._now() + seconds
        self._openings += 1


class Attempt:
    """An attempt that a breaker has let through: say how it went, if that is known, and that it is over."""

    def __init__(self, breaker: CircuitBreaker, openings: int) -> None:
        self._breaker, self._openings = breaker, openings

    def worked(self) -> None:
        """Tell of a success."""
        self._breaker.note_success()

    def failed(self) -> None:
        """Tell of a failure."""
        self._breaker.note_failure(self._openings)

    def over(self) -> None:
        """Tell that it has ended, however: whoever asked may have gone before anything was known."""
        self._breaker.note_end(self)
