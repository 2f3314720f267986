"""Who is who among the leads: the keys that each goes by, and leads that were found to be one person."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import lead_keys, leads
from shared.db.upsert import upsert_all
from shared.vocabulary import LeadStatus

Lead = Row[*tuple[Any, ...]]
"""A row of `leads`."""

root_id = func.coalesce(leads.c.merged_into, leads.c.id).label("root")
BEHIND = select(lead_keys.c.hash, root_id).outerjoin(leads, leads.c.id == lead_keys.c.lead_id)
LOCK_ONE = select(leads).where(leads.c.id == bindparam("lead_id")).with_for_update()
TRY_KEY = select(lead_keys.c.hash).where(lead_keys.c.hash == bindparam("key")).with_for_update(skip_locked=True)
DELETE_KEY = delete(lead_keys).where(lead_keys.c.hash == bindparam("key"))
MERGED: dict[str, None] = dict.fromkeys(("name", "email", "phone", "consent_text", "consent_at"))
"""What a lead that was merged into another has no more; its summary it keeps."""


class LeadIdentity:
    """The `lead_keys` table, and the `merged_into` of leads.

    Locks are taken in one order: first those of keys, then those of leads, each ascending. Each row is locked by its
    primary key alone: a database that scans for several waits for those that it does not even want. A lead that was
    merged points directly at what it is now, and only who has locked that changes it.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock_keys(self, keys: Collection[str]) -> None:
        """Lock the keys; those that are new are nobody's yet."""
        await upsert_all(self._connection, lead_keys, [{"hash": key} for key in sorted(keys)], ())

    async def behind(self, keys: Collection[str]) -> dict[str, int | None]:
        """Return the lead that each key leads to."""
        if not keys:
            return {}
        rows = await self._connection.execute(BEHIND.where(lead_keys.c.hash.in_(keys)))
        return {row.hash: row.root for row in rows}

    async def root_of(self, lead_id: int) -> int | None:
        """Return the lead that this one is now; None when it is gone."""
        query = select(root_id).where(leads.c.id == lead_id, leads.c.status != LeadStatus.ERASED)
        root: int | None = (await self._connection.execute(query)).scalar_one_or_none()
        return root

    async def lock(self, roots: Collection[int]) -> list[Lead]:
        """Lock these leads, and return what they are now, oldest first; those that are gone are left out."""
        rows = {row.id: row for lead_id in sorted(roots) if (row := await self._locked(lead_id))}
        return [rows[lead_id] for lead_id in sorted(rows)]

    async def attach(self, keys: Collection[str], lead_id: int) -> None:
        """Make keys that are locked the lead's."""
        rows = [{"hash": key, "lead_id": lead_id} for key in sorted(keys)]
        await upsert_all(self._connection, lead_keys, rows, ("lead_id",))

    async def release(self, keys: Collection[str], root: int | None = None) -> None:
        """Let those of the keys, which are locked, be gone that are nobody's any more, or this lead's."""
        if not keys:
            return
        theirs = or_(root_id.is_(None), leads.c.status == LeadStatus.ERASED, root_id == root)
        query = BEHIND.where(lead_keys.c.hash.in_(keys), theirs)
        await self._delete([row.hash for row in await self._connection.execute(query)])

    async def release_all(self, lead_ids: Collection[int]) -> None:
        """Let all keys of erased leads be gone, but for those that somebody else has locked and is about to take.

        Waiting for those would be a deadlock: who has them waits for these leads.
        """
        theirs = select(lead_keys.c.hash).where(lead_keys.c.lead_id.in_(lead_ids))
        keys = (await self._connection.execute(theirs)).scalars().all()
        await self._delete([key for key in keys if (await self._connection.execute(TRY_KEY, {"key": key})).first()])

    async def merge(self, root: int, others: Sequence[Lead]) -> None:
        """Leave of the others where they went."""
        now = {"merged_into": root, "updated_at": utc_now()}
        for other in others:
            gone = MERGED | now | {"version": other.version + 1}
            await self._connection.execute(update(leads).where(leads.c.id == other.id).values(gone))
        into_them = leads.c.merged_into.in_([other.id for other in others])
        await self._connection.execute(update(leads).where(into_them).values(merged_into=root))

    async def family(self, root: int) -> list[int]:
        """Return the lead and every lead that was merged into it."""
        merged = select(leads.c.id).where(leads.c.merged_into == root).order_by(leads.c.id)
        return [root, *(await self._connection.execute(merged)).scalars()]

    async def forget_session(self, session_id: str, *, merged_into: int) -> None:
        """Forget what leads that were merged into this one kept of the session."""
        theirs = (leads.c.merged_into == merged_into, leads.c.session_id == session_id)
        blank = {"session_id": None, "intent_summary": None, "summarised_seq": 0}
        await self._connection.execute(update(leads).where(*theirs).values(blank))

    async def _delete(self, keys: Sequence[str]) -> None:
        if keys:
            await self._connection.execute(DELETE_KEY, [{"key": key} for key in keys])

    async def _locked(self, lead_id: int) -> Lead | None:
        row = (await self._connection.execute(LOCK_ONE, {"lead_id": lead_id})).one()
        if row.merged_into:  # while we waited for it
            return await self._locked(row.merged_into)
        return None if row.status == LeadStatus.ERASED else row
