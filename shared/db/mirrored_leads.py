"""Leads as a mirror needs them: every one there ever was, with what became of it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.models import leads
from shared.vocabulary import LeadStatus


class MirroredLead(NamedTuple):
    """A lead as it stands."""

    id: int
    created_at: datetime
    updated_at: datetime
    status: LeadStatus
    name: str | None
    email: str | None
    phone: str | None
    intent_summary: str | None
    consent_at: datetime | None
    session_id: str | None
    merged_into: int | None


COLUMNS = [leads.c[name] for name in MirroredLead._fields]


class MirroredLeads:
    """The `leads` table, read only."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def after(self, lead_id: int, limit: int) -> list[MirroredLead]:
        """Return the next leads by their ids, merged and erased ones too."""
        query = select(*COLUMNS).where(leads.c.id > lead_id).order_by(leads.c.id).limit(limit)
        rows = await self._connection.execute(query)
        return [MirroredLead(**row._mapping)._replace(status=LeadStatus(row.status)) for row in rows]  # noqa: SLF001
