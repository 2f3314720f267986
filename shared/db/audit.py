"""What operators did: noted before it is done, by ids alone, and kept for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.operator_models import audit


@dataclass(frozen=True, slots=True)
class Action:
    """Something that somebody is about to do, and to what; of what they send, nothing is in it."""

    actor: str
    """`key:3` for an admin key by its number, `setting` for ADMIN_API_KEY, `cli` for whoever runs commands."""
    action: str
    object_id: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """An action that was noted."""

    id: int
    at: datetime
    actor: str
    action: str
    object_id: str | None
    request_id: str | None


COLUMNS = [audit.c[name] for name in Noted.__slots__]


class Audit:
    """The `audit` table."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, action: Action) -> None:
        """Write an action down."""
        row = {name: getattr(action, name) for name in Action.__slots__}
        await self._connection.execute(insert(audit).values(row))

    async def page(self, before: int | None, limit: int) -> Sequence[Noted]:
        """Return what was noted, newest first, from before the entry with this number on."""
        query = select(*COLUMNS).order_by(audit.c.id.desc()).limit(limit)
        rows = await self._connection.execute(query if before is None else query.where(audit.c.id < before))
        return [Noted(*row) for row in rows]

    async def forget(self, days: float) -> int:
        """Delete what is older than so many days, and return how much that was."""
        return (await self._connection.execute(delete(audit).where(audit.c.at <= utc_now(-days * 86400)))).rowcount
