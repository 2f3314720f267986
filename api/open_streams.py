"""How many streams are open, and whose: counted here at once, and for all gateways by leases in Redis that run out."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from api.shared_counts import SharedCounts
from shared.errors import TooManyStreams
from shared.event_log import Command, EventLog
from shared.ids import new_id

LEASE_SECONDS: Final = 45  # for which the streams of a gateway that was killed still count
RENEW_SECONDS: Final = 15.0
TELL_SECONDS: Final = 1.0  # between two looks at what has ended: many ends cost one trip
AT_ONCE: Final = 50  # keys in one trip: more would hold up what streams
RETRY_SECONDS: Final = 10  # after which another may have ended


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many open streams of one address or session; `of` is who is counted, and is never told."""

    name: str
    most: int
    of: str

    @property
    def key(self) -> str:
        """The sorted set of the leases, by the time at which they run out."""
        return f"limits:streams:{self.name}:{self.of}"


@dataclass(frozen=True, slots=True)
class _Lease:
    id: str
    keys: tuple[str, ...]


class OpenStreams:
    """Counts the streams that are open, and refuses those that are too many."""

    def __init__(self, event_log: EventLog, most: int, now: Callable[[], float] = time.time) -> None:
        self._there = SharedCounts(event_log, "streams", now)
        self._most, self._now = most, now
        self._held: set[_Lease] = set()
        self._ended: list[_Lease] = []
        self._here = Counter[str]()

    @asynccontextmanager
    async def hold(self, caps: Sequence[Cap]) -> AsyncIterator[None]:
        """Count a stream while the block runs. Raises TooManyStreams."""
        if len(self._held) >= self._most or any(self._here[cap.key] >= cap.most for cap in caps):
            raise TooManyStreams(retry_after=RETRY_SECONDS)
        lease = _Lease(new_id(), tuple(cap.key for cap in caps))
        self._held.add(lease)
        self._here.update(lease.keys)
        try:
            counts = await self._counted(lease)
            if any(count > cap.most for cap, count in zip(caps, counts, strict=False)):
                # At once: whoever tries again and again must not count for more.
                await self._there.ask(_removals(lease))
                raise TooManyStreams(retry_after=RETRY_SECONDS)
            yield
        finally:
            self._held.discard(lease)
            self._forget(lease)

    async def run(self) -> None:
        """Tell Redis what has ended and what goes on, until cancelled."""
        renew_at = self._now() + RENEW_SECONDS
        while True:
            await asyncio.sleep(TELL_SECONDS)
            ended, self._ended = self._ended, []
            commands: list[Command] = [removal for lease in ended for removal in _removals(lease)]
            if self._now() >= renew_at:
                renew_at = self._now() + RENEW_SECONDS
                commands += self._renewals()
            for at in range(0, len(commands), AT_ONCE):
                await self._there.ask(commands[at : at + AT_ONCE])

    def _forget(self, lease: _Lease) -> None:
        self._ended.append(lease)
        for key in lease.keys:
            self._here[key] -= 1
            if not self._here[key]:
                del self._here[key]

    async def _counted(self, lease: _Lease) -> Sequence[int]:
        """Note a lease in Redis; return how many there are of each kind at all gateways, if Redis can tell."""
        now = self._now()
        commands: list[Command] = []
        for key in lease.keys:
            commands += [("ZADD", key, round(now + LEASE_SECONDS), lease.id)]
            commands += [("ZCOUNT", key, round(now), "+inf"), ("EXPIRE", key, LEASE_SECONDS)]
        return [int(count) for count in (await self._there.ask(commands) or ())[1::3]]

    def _renewals(self) -> Iterable[Command]:
        now = self._now()
        leases: dict[str, list[str]] = {}
        for lease in self._held:
            for key in lease.keys:
                leases.setdefault(key, []).append(lease.id)
        for key, ids in leases.items():
            until = round(now + LEASE_SECONDS)
            yield ("ZADD", key, *(word for one in ids for word in (until, one)))
            yield ("ZREMRANGEBYSCORE", key, "-inf", round(now))
            yield ("EXPIRE", key, LEASE_SECONDS)


def _removals(lease: _Lease) -> list[Command]:
    return [("ZREM", key, lease.id) for key in lease.keys]
