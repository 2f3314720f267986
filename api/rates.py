"""How often something happens in a minute or so, counted for all gateways in Redis, or for this one while it is away.

Each window's count is kept by itself, and what the one before it counted fades out while the next goes on: the sliding
window counter, in one trip to Redis for any number of rates.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from api.shared_counts import SharedCounts
from shared.errors import RateLimited
from shared.event_log import Command, EventLog

MOST_KEPT: Final = 50_000  # windows counted here while Redis is away

HEADERS: Final[dict[str, Any]] = {
    "RateLimit-Policy": {
        "description": 'The limits that count here: `"name";q=most;w=seconds`.',
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": 'What is left of each: `"name";r=left;t=seconds until there is more`.',
        "schema": {"type": "string"},
    },
}
"""The headers of a limited route's answers, for OpenAPI."""

Counts = list[tuple[int, int]]
"""Of each rate, what this window has counted and what the one before it had."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many of something in so many seconds; `of` is who or what is counted, and is never told."""

    name: str
    most: int
    seconds: int
    of: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a rate stands after it was counted."""

    rate: Rate
    left: int
    wait: float
    """Seconds until there is more."""


class OverLimit(RateLimited):
    """That was too much in a short time, and was not taken; send it again after a while."""

    def __init__(self, standings: Sequence[Standing]) -> None:
        super().__init__(retry_after=max(standing.wait for standing in standings if standing.left < 0))
        self.standings = [replace(standing, left=standing.left + 1) for standing in standings]  # none was taken


class Rates:
    """Counts what happens, and refuses what happens too often."""

    def __init__(self, event_log: EventLog, now: Callable[[], float] = time.time) -> None:
        self._there, self._here = SharedCounts(event_log, "rates", now), _CountedHere()
        self._now = now

    async def take(self, rates: Sequence[Rate]) -> list[Standing]:
        """Count one of each. Raises OverLimit, after which none of them counts."""
        now = self._now()
        counts = await self._add(rates, now, 1)
        standings = [_standing(rate, now, *count) for rate, count in zip(rates, counts, strict=True)]
        if any(standing.left < 0 for standing in standings):
            await self._add(rates, now, -1)
            raise OverLimit(standings)
        return standings

    async def look(self, rates: Sequence[Rate]) -> list[Standing]:
        """Tell how the rates stand, and count nothing."""
        now = self._now()
        counts = await self._add(rates, now, 0)
        return [_standing(rate, now, *count) for rate, count in zip(rates, counts, strict=True)]

    async def _add(self, rates: Sequence[Rate], now: float, step: int) -> Counts:
        commands: list[Command] = []
        for rate in rates:
            current, before = _windows(rate, now)
            commands += [("INCRBY", current, step), ("EXPIRE", current, 2 * rate.seconds), ("GET", before)]
        replies = await self._there.ask(commands)
        if replies is None:
            return self._here.add(rates, now, step)
        return [(int(count), int(earlier or 0)) for count, earlier in zip(replies[::3], replies[2::3], strict=True)]


def headers_of(standings: Sequence[Standing]) -> dict[str, str]:
    """Return the headers that tell how rates stand. Source: draft-ietf-httpapi-ratelimit-headers-10."""
    return {
        "RateLimit-Policy": ", ".join(f'"{one.rate.name}";q={one.rate.most};w={one.rate.seconds}' for one in standings),
        "RateLimit": ", ".join(f'"{one.rate.name}";r={one.left};t={max(1, round(one.wait))}' for one in standings),
    }


class _CountedHere:
    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, rates: Iterable[Rate], now: float, step: int) -> Counts:
        return [self._add(*_windows(rate, now), step) for rate in rates]

    def _add(self, current: str, before: str, step: int) -> tuple[int, int]:
        if current not in self._counts and len(self._counts) >= MOST_KEPT:
            del self._counts[next(iter(self._counts))]  # the oldest window
        count = self._counts[current] = self._counts.get(current, 0) + step
        return count, self._counts.get(before, 0)


def _windows(rate: Rate, now: float) -> tuple[str, str]:
    """Return the keys of the window that is open and of the one before."""
    window = int(now // rate.seconds)
    return f"limits:{rate.name}:{rate.of}:{window}", f"limits:{rate.name}:{rate.of}:{window - 1}"


def _standing(rate: Rate, now: float, count: int, before: int) -> Standing:
    passed = now % rate.seconds
    fading = before * (1 - passed / rate.seconds)
    left = int(rate.most - count - fading)
    return Standing(rate, left if count + fading <= rate.most else -1, rate.seconds - passed)
