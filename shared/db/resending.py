"""Leads that are sent to the sheet once more, whether they changed or not."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.models import leads
from shared.db.outbox import Due, Outbox
from shared.vocabulary import Target

AT_ONCE = 500


class Resending:
    """Fills the `outbox` table from the `leads` table."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def to_sheet(self, since: datetime | None) -> int:
        """Have every lead that changed since then sent, erased and merged ones too; return how many that are.

        A lead that changes meanwhile may be noted at its older version: it is sent as it is, and perhaps once more.
        """
        query = select(leads.c.id, leads.c.version)
        rows = await self._connection.execute(query.where(leads.c.updated_at >= since) if since else query)
        due = sorted(Due(Target.SHEET, str(row.id), row.version) for row in rows)
        for start in range(0, len(due), AT_ONCE):
            await Outbox(self._connection).add_all(due[start : start + AT_ONCE])
        return len(due)
