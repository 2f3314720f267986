"""Every detail that was ever given of a lead: by whom, in which turn, and what took its place."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import lead_keys, lead_states, lead_values
from shared.vocabulary import Detail

Value = tuple[str, str]
"""A detail's kind and value."""


class LeadHistory:
    """The `lead_values` table; of each kind, the newest value that was not taken back is what holds."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, lead_id: int, session_id: str | None, given: Iterable[tuple[Any, ...]], corrected: Collection[Detail]
    ) -> list[Value]:
        """Add what is new, in its order; return values that this session alone had given and that were wrong."""
        wrong: list[Value] = []
        known = await self._all(lead_id)
        for kind, value, turn_id, source in given:
            before = [row for row in known if row.kind == kind and row.superseded_at is None]
            if any((row.value, row.session_id) == (value, session_id) for row in before[-1:]):
                continue
            await self._supersede([row.id for row in before])
            row = {"lead_id": lead_id, "kind": kind, "value": value, "source": source}
            await self._connection.execute(insert(lead_values).values(**row, session_id=session_id, turn_id=turn_id))
            if kind in corrected:
                wrong += await self._take_back(lead_id, session_id, kind, value)
            known = await self._all(lead_id)
        return wrong

    async def current(self, lead_id: int) -> dict[str, str]:
        """Return what holds, by kind: after a merge what was given last, after a withdrawal what held before."""
        rows = await self._all(lead_id)
        holds = {row.kind: row for row in rows} | {row.kind: row for row in rows if row.superseded_at is None}
        kept = {row.id for row in holds.values()}
        await self._supersede([row.id for row in rows if row.superseded_at is None and row.id not in kept])
        await self._revive([row.id for row in holds.values() if row.superseded_at])
        return {kind: row.value for kind, row in holds.items()}

    async def values(self, lead_id: int) -> list[Value]:
        """Return everything that was ever given of the lead, oldest first."""
        return [(row.kind, row.value) for row in await self._all(lead_id)]

    async def leads_of(self, session_id: str) -> list[int]:
        """Return the leads that a session has given something of."""
        query = select(lead_values.c.lead_id).where(lead_values.c.session_id == session_id).distinct()
        return sorted((await self._connection.execute(query)).scalars())

    async def forget(self, lead_id: int, session_id: str) -> list[Value]:
        """Delete what a session gave of the lead, and return it."""
        mine = (lead_values.c.lead_id == lead_id, lead_values.c.session_id == session_id)
        rows = (await self._connection.execute(select(lead_values.c.kind, lead_values.c.value).where(*mine))).all()
        await self._connection.execute(delete(lead_values).where(*mine))
        return [(row.kind, row.value) for row in rows]

    async def erase(self, lead_ids: Sequence[int]) -> list[str]:
        """Delete everything about the leads, their keys included; return the sessions it came from."""
        mine = lead_values.c.lead_id.in_(lead_ids)
        given_in = select(lead_values.c.session_id).where(mine, lead_values.c.session_id.is_not(None)).distinct()
        session_ids = sorted((await self._connection.execute(given_in)).scalars())
        await self._connection.execute(delete(lead_values).where(mine))
        await self._connection.execute(delete(lead_keys).where(lead_keys.c.lead_id.in_(lead_ids)))
        states = update(lead_states).where(lead_states.c.lead_id.in_(lead_ids))
        await self._connection.execute(states.values(lead_id=None, pending=None))
        return session_ids

    async def _all(self, lead_id: int) -> Sequence[Any]:
        query = select(lead_values).where(lead_values.c.lead_id == lead_id).order_by(lead_values.c.id)
        return (await self._connection.execute(query)).all()

    async def _supersede(self, ids: Collection[int]) -> None:
        if ids:
            those = update(lead_values).where(lead_values.c.id.in_(ids))
            await self._connection.execute(those.values(superseded_at=utc_now()))

    async def _revive(self, ids: Collection[int]) -> None:
        if ids:
            those = update(lead_values).where(lead_values.c.id.in_(ids))
            await self._connection.execute(those.values(superseded_at=None))

    async def _take_back(self, lead_id: int, session_id: str | None, kind: str, value: str) -> list[Value]:
        """Return other values of the kind that only this session gave: they name somebody else, or nobody."""
        rows = [row for row in await self._all(lead_id) if row.kind == kind and row.value != value]
        others = {row.value for row in rows if row.session_id != session_id}
        return [(kind, row.value) for row in rows if row.value not in others]
