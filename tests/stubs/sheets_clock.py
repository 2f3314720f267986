"""The stub's own time, and the quota that is counted in it."""

import math
import threading
import time
from collections import deque

MINUTE = 60.0


class StubClock:
    """Seconds since 1970: real ones, faster or slower ones, or with a speed of 0 such as pass by hand only."""

    def __init__(self, seconds_per_second: float = 1.0) -> None:
        self._speed = seconds_per_second
        self._start, self._started = time.time(), time.monotonic()
        self._moved = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return the time."""
        return self._start + self._moved + (time.monotonic() - self._started) * self._speed

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        with self._lock:
            self._moved += seconds


class Quota:
    """How many requests each user made in the last minute, reads and writes apart, as Google counts them."""

    def __init__(self, clock: StubClock) -> None:
        self._clock = clock
        self._taken: dict[tuple[str, str], deque[float]] = {}

    def take(self, user: str, kind: str, limit: int | None) -> int | None:
        """Take a place in the last minute; when none is free, return in how many seconds one will be."""
        if limit is None:
            return None
        now = self._clock.now()
        taken = self._taken.setdefault((user, kind), deque())
        while taken and taken[0] <= now - MINUTE:
            taken.popleft()
        if len(taken) >= limit:
            return max(1, math.ceil(taken[0] + MINUTE - now)) if taken else int(MINUTE)
        taken.append(now)
        return None


def busiest_minute(times: list[float]) -> int:
    """Return the greatest number of these times that lie within one minute."""
    times, most, first = sorted(times), 0, 0
    for index, at in enumerate(times):
        while times[first] <= at - MINUTE:
            first += 1
        most = max(most, index - first + 1)
    return most
