"""Leads that are sent to the sheet once more, whether they changed or not."""

from datetime import datetime

from sqlalchemy import String, cast, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import leads, outbox
from shared.vocabulary import OutboxState, Target


class Resending:
    """Fills the `outbox` table from the `leads` table."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def to_sheet(self, since: datetime | None) -> int:
        """Have every lead that changed since then sent, erased and merged ones too; return how many that are.

        Call it in a transaction.
        """
        wanted = leads.c.updated_at >= since if since else literal(value=True)
        keys = select(cast(leads.c.id, String(20))).where(wanted)
        afresh = {"state": OutboxState.PENDING.value, "next_attempt_at": utc_now(), "attempt": 0, "last_error": None}
        to_sheet = outbox.c.target == Target.SHEET
        await self._connection.execute(update(outbox).where(to_sheet, outbox.c.object_key.in_(keys)).values(afresh))
        waiting = select(outbox.c.object_key).where(to_sheet)
        missing = select(
            literal(Target.SHEET.value), cast(leads.c.id, String(20)), leads.c.version,
            literal(OutboxState.PENDING.value), utc_now(), literal(0), utc_now(),
        ).where(wanted, cast(leads.c.id, String(20)).not_in(waiting))  # fmt: skip
        names = ["target", "object_key", "version", "state", "next_attempt_at", "attempt", "created_at"]
        await self._connection.execute(insert(outbox).from_select(names, missing, include_defaults=False))
        counted = await self._connection.execute(select(func.count()).select_from(leads).where(wanted))
        return int(counted.scalar_one())
