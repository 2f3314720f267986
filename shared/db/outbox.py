"""The outbox: leads that still have to be seen where they are sent to; written in the lead's own transaction."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import outbox
from shared.db.upsert import upsert_all
from shared.vocabulary import OutboxState, Target


class Parcel(NamedTuple):
    """What is due to a target, at the version that was current when it was put there last."""

    object_key: str
    version: int
    state: OutboxState
    attempt: int


class Due(NamedTuple):
    """What is to be put in the outbox."""

    target: Target
    object_key: str
    version: int


class Backlog(NamedTuple):
    """What a target has not got yet."""

    pending: int
    oldest_seconds: float


class Outbox:
    """The `outbox` table: one row for each object and target, however often it changes meanwhile."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, target: Target, object_key: str, version: int) -> None:
        """Have the object sent, now; what waits already is sent at this version instead."""
        await self.add_all([Due(target, object_key, version)])

    async def add_all(self, objects: Iterable[Due]) -> None:
        """Have all of these sent, now."""
        fresh = {"state": OutboxState.PENDING.value, "next_attempt_at": utc_now(), "attempt": 0, "last_error": None}
        rows = [{**one._asdict(), **fresh} for one in sorted(objects)]  # so that all lock them in one order
        await upsert_all(self._connection, outbox, rows, ("version", *fresh))

    async def due(self, target: Target, limit: int) -> list[Parcel]:
        """Return what is to be sent now, longest waiting first."""
        columns = (outbox.c.object_key, outbox.c.version, outbox.c.state, outbox.c.attempt)
        waiting = (outbox.c.target == target, outbox.c.next_attempt_at <= utc_now())
        rows = await self._connection.execute(
            select(*columns).where(*waiting).order_by(outbox.c.next_attempt_at, outbox.c.object_key).limit(limit)
        )
        return [Parcel(row.object_key, row.version, OutboxState(row.state), row.attempt) for row in rows]

    async def written(self, target: Target, parcels: Iterable[tuple[str, int]]) -> None:
        """Note that these versions were sent; a later look has to show that they are there."""
        mine = self._at(target, parcels)
        await self._connection.execute(update(outbox).where(*mine).values(state=OutboxState.WRITTEN.value))

    async def settle(self, target: Target, parcels: Iterable[tuple[str, int]]) -> None:
        """Forget what was seen at the target; what changed since stays."""
        await self._connection.execute(delete(outbox).where(*self._at(target, parcels)))

    async def forget(self, target: Target, object_keys: Collection[str]) -> int:
        """Send these no more, whatever their version; return how many were waiting."""
        mine = (outbox.c.target == target, outbox.c.object_key.in_(object_keys))
        return (await self._connection.execute(delete(outbox).where(*mine))).rowcount

    async def postpone(self, target: Target, object_keys: Collection[str], seconds: float, error: str) -> None:
        """Try these again so many seconds from now; `error` is a code, never a word of anybody's."""
        mine = (outbox.c.target == target, outbox.c.object_key.in_(object_keys))
        values = {"next_attempt_at": utc_now(seconds), "attempt": outbox.c.attempt + 1, "last_error": error}
        await self._connection.execute(update(outbox).where(*mine).values(values))

    async def backlog(self, target: Target) -> Backlog:
        """Return how much waits, and for how long the oldest has."""
        query = select(func.count(), func.min(outbox.c.created_at), utc_now()).where(outbox.c.target == target)
        pending, since, now = (await self._connection.execute(query)).one()
        return Backlog(pending, max(0.0, (now - since).total_seconds()) if since else 0.0)

    @staticmethod
    def _at(target: Target, parcels: Iterable[tuple[str, int]]) -> tuple[ColumnElement[bool], ...]:
        seen = [*parcels]
        keys = [object_key for object_key, _ in seen]  # databases look these up, and not the pairs
        pairs = tuple_(outbox.c.object_key, outbox.c.version)
        return outbox.c.target == target, outbox.c.object_key.in_(keys), pairs.in_(seen)
