"""Mirrors: who may write to a target now, how many requests are left, and how long it is let alone after a failure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import mirrors
from shared.db.upsert import upsert
from shared.vocabulary import Breaker, Target

MINUTE_SECONDS = 60.0


class Hold(NamedTuple):
    """The right to write to a target, until its lease ends or its fence is passed."""

    target: Target
    owner: str
    fence: int


class Allowance(NamedTuple):
    """How many requests a target may get."""

    per_minute: int
    """In any minute, however it is laid."""
    lease_seconds: float
    """For how long the one who asks keeps the right to write."""

    @property
    def at_once(self) -> float:
        """How many may be made without a pause; as many again come back over a minute, and no more."""
        return self.per_minute / 2


@dataclass(frozen=True, slots=True)
class MirrorState:
    """How a mirror is doing."""

    breaker: Breaker = Breaker.CLOSED
    error: str | None = None
    """The code of what made it pause."""
    retry_in_seconds: float = 0.0
    trips: int = 0
    """How many failures there were in a row."""


class Mirrors:
    """The `mirrors` table, in single statements that need no transaction around them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def acquire(self, target: Target, owner: str, lease_seconds: float) -> Hold | None:
        """Take the right to write; None while somebody has it."""
        await upsert(self._connection, mirrors, {"target": target.value, "fence": 0, "breaker_trips": 0}, ())
        free = or_(mirrors.c.owner.is_(None), mirrors.c.lease_until <= utc_now())
        taken = {"owner": owner, "fence": mirrors.c.fence + 1, "lease_until": utc_now(lease_seconds)}
        if not await self._change(and_(mirrors.c.target == target, free), taken):
            return None
        fence = select(mirrors.c.fence).where(mirrors.c.target == target, mirrors.c.owner == owner)
        found = (await self._connection.execute(fence)).scalar_one_or_none()
        return Hold(target, owner, found) if found else None

    async def release(self, hold: Hold) -> None:
        """Give the right back."""
        await self._change(_held(hold), {"owner": None, "lease_until": None})

    async def count_request(self, hold: Hold, allowance: Allowance) -> float | None:
        """Count a request before it is made, and keep the right to write for longer.

        Return 0 when it may be made, else in how many seconds to ask again; None when somebody else has the right.
        """
        columns = (mirrors.c.requests_left, mirrors.c.requests_counted_at, utc_now().label("now"))
        row = (await self._connection.execute(select(*columns).where(_held(hold)))).first()
        if row is None:
            return None
        left = _left(row.requests_left, row.requests_counted_at, row.now, allowance)
        values: dict[str, Any] = {"lease_until": utc_now(allowance.lease_seconds)}
        if left >= 1:
            values |= {"requests_left": left - 1, "requests_counted_at": row.now}
        if not await self._change(_held(hold), values):
            return None
        return 0.0 if left >= 1 else (1 - left) / _per_second(allowance)

    async def pause(self, hold: Hold, error: str, seconds: float) -> None:
        """Let the target alone for so long; `error` is a code."""
        trips = mirrors.c.breaker_trips + 1
        values = {"breaker_error": error, "breaker_until": utc_now(seconds), "breaker_trips": trips}
        await self._change(_held(hold), values)

    async def resume(self, hold: Hold) -> None:
        """Note that all is well."""
        await self._change(_held(hold), {"breaker_error": None, "breaker_until": None, "breaker_trips": 0})

    async def state(self, target: Target) -> MirrorState:
        """Return how the mirror is doing."""
        columns = (mirrors.c.breaker_error, mirrors.c.breaker_until, mirrors.c.breaker_trips, utc_now().label("now"))
        row = (await self._connection.execute(select(*columns).where(mirrors.c.target == target))).first()
        return MirrorState() if row is None or row.breaker_until is None else _state(row)

    async def _change(self, where: ColumnElement[bool], values: dict[str, Any]) -> bool:
        return (await self._connection.execute(update(mirrors).where(where).values(values))).rowcount == 1


def _held(hold: Hold) -> ColumnElement[bool]:
    return and_(mirrors.c.target == hold.target, mirrors.c.owner == hold.owner, mirrors.c.fence == hold.fence)


def _left(left: float | None, counted_at: datetime | None, now: datetime, allowance: Allowance) -> float:
    if left is None or counted_at is None:
        return allowance.at_once
    back = max(0.0, (now - counted_at).total_seconds()) * _per_second(allowance)
    return min(left + back, allowance.at_once)


def _per_second(allowance: Allowance) -> float:
    return (allowance.per_minute - allowance.at_once) / MINUTE_SECONDS


def _state(row: Row[*tuple[Any, ...]]) -> MirrorState:
    seconds = max(0.0, (row.breaker_until - row.now).total_seconds())
    breaker = Breaker.OPEN if seconds else Breaker.HALF_OPEN
    return MirrorState(breaker, row.breaker_error, seconds, row.breaker_trips)
