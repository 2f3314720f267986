"""Who is who among the leads: the addresses and numbers that a lead has ever had, and leads found to be one person."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.models import lead_keys, lead_values, leads
from shared.db.upsert import upsert
from shared.vocabulary import Detail, LeadStatus

IDENTIFYING = (Detail.EMAIL, Detail.PHONE)


class Key(NamedTuple):
    """What tells people apart."""

    kind: str
    value: str


def key_of(kind: str, value: str) -> Key:
    """Return the key of a detail: addresses are one whatever their case, josé@ and jose@ are two."""
    return Key(kind, value.casefold() if kind == Detail.EMAIL else value)


class LeadIdentity:
    """The `lead_keys` table, and the `merged_into` of leads.

    A merged lead keeps its keys, and whoever finds it goes on to the lead that it was merged into: so locks are only
    ever taken in one order, first those of keys, then those of leads, each ascending.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, keys: Collection[Key], known: int | None = None) -> list[int]:
        """Lock the keys and the leads behind them, and `known` with those; return these leads, oldest first."""
        for kind, value in sorted(keys):
            await upsert(self._connection, lead_keys, {"kind": kind, "value": value}, ())
        found = await self._connection.execute(select(lead_keys.c.lead_id).where(self._among(keys)).distinct())
        ids = {lead_id for lead_id in found.scalars() if lead_id}
        return await self._roots(ids | {known} if known else ids)

    async def root_of(self, lead_id: int) -> int | None:
        """Return the lead that this one is now, locked; None when it is gone."""
        roots = await self._roots({lead_id})
        return roots[0] if roots else None

    async def attach(self, keys: Collection[Key], lead_id: int) -> None:
        """Make these the lead's."""
        await self._connection.execute(update(lead_keys).where(self._among(keys)).values(lead_id=lead_id))

    async def merge(self, lead_id: int, others: Collection[int]) -> None:
        """Make all of the others' values this lead's, and leave of them where they went."""
        mine = leads.c.id.in_(others)
        gone = {"merged_into": lead_id, "email": None, "phone": None, "version": leads.c.version + 1}
        await self._connection.execute(update(leads).where(mine).values(gone))
        await self._connection.execute(
            update(lead_values).where(lead_values.c.lead_id.in_(others)).values(lead_id=lead_id)
        )

    async def detach(self, keys: Collection[Key]) -> None:
        """Let the keys be nobody's."""
        await self._connection.execute(delete(lead_keys).where(self._among(keys)))

    async def family(self, lead_id: int) -> list[int]:
        """Return the lead and every lead that was merged into it."""
        ids, fresh = [lead_id], [lead_id]
        while fresh:
            merged = select(leads.c.id).where(leads.c.merged_into.in_(fresh))
            fresh = [*(await self._connection.execute(merged)).scalars()]
            ids += fresh
        return ids

    async def _roots(self, ids: Collection[int]) -> list[int]:
        roots, seen, fresh = set[int](), set[int](), set(ids)
        while fresh:
            seen |= fresh
            alive = (leads.c.id.in_(sorted(fresh)), leads.c.status != LeadStatus.ERASED)
            rows = select(leads.c.id, leads.c.merged_into).where(*alive).order_by(leads.c.id)
            found = (await self._connection.execute(rows.with_for_update())).all()
            roots |= {row.id for row in found if row.merged_into is None}
            fresh = {row.merged_into for row in found if row.merged_into} - seen
        return sorted(roots)

    @staticmethod
    def _among(keys: Collection[Key]) -> ColumnElement[bool]:
        return tuple_(lead_keys.c.kind, lead_keys.c.value).in_([tuple(key) for key in keys])
