"""Leads as operators read them: page by page, one with its history, never those that are erased or part of another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.lead_identity import LeadIdentity
from shared.db.models import lead_values, leads
from shared.vocabulary import Detail, LeadSource, LeadStatus

SEARCHED: Final = (leads.c.name, leads.c.email, leads.c.phone)
TYPED_NUMBER: Final = re.compile(r"[+(]?\d(?:[\s()./-]*\d){3,}", re.ASCII)  # 0151 123-45, as it stands on a card
NO_DIGIT: Final = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """A lead as it stands."""

    id: int
    status: LeadStatus
    name: str | None
    email: str | None
    phone: str | None
    message: str | None
    """The newest message of a contact form."""
    intent_summary: str | None
    session_id: str | None
    consent_at: datetime | None
    consent_text: str | None
    version: int
    summarised_seq: int
    merged_into: int | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class LeadValue:
    """A detail that was given of a lead once; one that was superseded or retracted holds no more."""

    kind: Detail
    value: str
    source: LeadSource
    session_id: str | None
    turn_id: str | None
    created_at: datetime
    superseded_at: datetime | None
    retracted_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads are meant: of a status, and with these characters in a name, an address or a number."""

    status: LeadStatus | None = None
    text: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a row has to meet."""
        shown: list[ColumnElement[bool]] = [leads.c.merged_into.is_(None), leads.c.status != LeadStatus.ERASED]
        if self.status:
            shown.append(leads.c.status == self.status)
        if text := (self.text or "").strip():
            found = [column.icontains(text, autoescape=True) for column in SEARCHED]
            if TYPED_NUMBER.fullmatch(text):
                found.append(leads.c.phone.contains(NO_DIGIT.sub("", text).lstrip("0")))
            shown.append(or_(*found))
        return shown


EVERY = LeadFilter()

_message = (
    select(lead_values.c.value)
    .where(lead_values.c.lead_id == leads.c.id, lead_values.c.kind == Detail.MESSAGE)
    .where(lead_values.c.superseded_at.is_(None))
    .order_by(lead_values.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
RECORD = select(*(_message.label(name) if name == "message" else leads.c[name] for name in LeadRecord.__slots__))
VALUES = select(*(lead_values.c[name] for name in LeadValue.__slots__)).order_by(lead_values.c.id)


class LeadPages:
    """The `leads` table and its history, for reading."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def page(self, wanted: LeadFilter, before: int | None, limit: int) -> list[LeadRecord]:
        """Return the newest leads that are older than `before`, newest first."""
        query = RECORD.where(*wanted.conditions()).order_by(leads.c.id.desc()).limit(limit)
        rows = await self._connection.execute(query.where(leads.c.id < before) if before else query)
        return [_record(row) for row in rows]

    async def find(self, lead_id: int) -> LeadRecord | None:
        """Return what a lead is now, perhaps another that it was merged into; None when there is none or no more."""
        row = (await self._connection.execute(RECORD.where(leads.c.id == lead_id))).first()
        if row is None or row.status == LeadStatus.ERASED:
            return None
        return _record(row) if row.merged_into is None else await self.find(row.merged_into)

    async def values(self, lead_id: int) -> list[LeadValue]:
        """Return everything that was given of a lead, oldest first."""
        rows = await self._connection.execute(VALUES.where(lead_values.c.lead_id == lead_id))
        return [LeadValue(Detail(row.kind), row.value, LeadSource(row.source), *row[3:]) for row in rows]

    async def merged(self, lead_id: int) -> Sequence[int]:
        """Return the leads that have become part of this one."""
        return sorted({*await LeadIdentity(self._connection).family(lead_id)} - {lead_id})


def _record(row: Any) -> LeadRecord:
    return LeadRecord(row.id, LeadStatus(row.status), *row[2:])
