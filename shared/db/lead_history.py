"""Every detail that was ever given of a lead: by whom, in which turn, and what took its place."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.lead_details import Given, Value
from shared.db.models import lead_values
from shared.vocabulary import Detail, LeadSource

DELETE_ONE = delete(lead_values).where(lead_values.c.id == bindparam("value_id"))


class LeadHistory:
    """The `lead_values` table."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, lead_ids: Collection[int]) -> list[Value]:
        """Return everything that was given of these leads, oldest first."""
        return await self._where(lead_values.c.lead_id.in_(lead_ids))

    async def holding(self, lead_id: int, session_id: str | None) -> list[Value]:
        """Return what holds of a lead and what one session gave of it, oldest first: enough to know what is new."""
        wanted = or_(lead_values.c.superseded_at.is_(None), lead_values.c.session_id == session_id)
        return await self._where(and_(lead_values.c.lead_id == lead_id, wanted))

    async def given_in(self, session_id: str) -> list[Value]:
        """Return everything that a session gave, oldest first."""
        return await self._where(lead_values.c.session_id == session_id)

    async def has(self, lead_id: int, session_id: str) -> bool:
        """Tell whether a session has given anything of the lead."""
        theirs = (lead_values.c.lead_id == lead_id, lead_values.c.session_id == session_id)
        return (await self._connection.execute(select(lead_values.c.id).where(*theirs).limit(1))).first() is not None

    async def keep(self, lead_id: int, before: Sequence[Value], after: Sequence[Value]) -> None:
        """Make of what is stored, `before`, what is known of one lead now, `after`."""
        was = {value.id: value for value in before}
        kept = [value for value in after if value.id]
        left = {value.id for value in kept}
        await self._delete([value for value in before if value.id not in left])
        await self._update([value for value in kept if value.lead_id != lead_id], lead_id=lead_id)
        changed = [value for value in kept if value.superseded != was[value.id].superseded]
        await self._update([value for value in changed if value.superseded], superseded_at=utc_now())
        await self._update([value for value in changed if not value.superseded], superseded_at=None)
        newly_wrong = [value for value in kept if value.retracted and not was[value.id].retracted]
        await self._update(newly_wrong, retracted_at=utc_now())
        if added := [_row(lead_id, value) for value in after if not value.id]:
            await self._connection.execute(insert(lead_values).values(added))

    async def _where(self, condition: ColumnElement[bool]) -> list[Value]:
        rows = await self._connection.execute(select(lead_values).where(condition).order_by(lead_values.c.id))
        return [_value(row) for row in rows]

    async def _update(self, values: Sequence[Value], **columns: Any) -> None:
        if values:
            those = lead_values.c.id.in_([value.id for value in values])
            await self._connection.execute(update(lead_values).where(those).values(**columns))

    async def _delete(self, values: Sequence[Value]) -> None:
        if values:  # one by one: a database that scans for several waits for those of others
            await self._connection.execute(DELETE_ONE, [{"value_id": value.id} for value in values])


def _value(row: Row[Any]) -> Value:
    given = Given(Detail(row.kind), row.value, row.turn_id, LeadSource(row.source))
    marks = (row.superseded_at is not None, row.retracted_at is not None)
    return Value(given, row.session_id, *marks, row.id, row.lead_id, row.created_at)


def _row(lead_id: int, value: Value) -> dict[str, Any]:
    return {
        "lead_id": lead_id,
        **value.given._asdict(),
        "session_id": value.session_id,
        "superseded_at": utc_now() if value.superseded else None,
        "retracted_at": utc_now() if value.retracted else None,
    }
