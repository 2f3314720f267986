"""Leads: captured once each, merged when two turn out to be one person, never overwritten without a trace."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.lead_history import LeadHistory
from shared.db.lead_identity import IDENTIFYING, LeadIdentity, key_of
from shared.db.models import leads
from shared.db.outbox import Outbox
from shared.vocabulary import Detail, LeadSource, LeadStatus, Target

COLUMNS = (Detail.NAME, Detail.EMAIL, Detail.PHONE)


class Given(NamedTuple):
    """A detail as somebody gave it."""

    kind: Detail
    value: str
    turn_id: str | None = None
    source: LeadSource = LeadSource.TURN


@dataclass(frozen=True, slots=True)
class Capture:
    """What is known of somebody who is interested."""

    session_id: str | None
    given: Sequence[Given]
    """Oldest first: the last of a kind is what holds."""
    status: LeadStatus
    consent_text: str | None = None
    corrected: Collection[Detail] = ()
    """Kinds of which this session gave a wrong value before."""
    known: int | None = None
    """The lead that this session has made before."""
    announce: bool = False
    """Whether a webhook is to hear of it."""


class Leads:
    """The `leads` table; every change is in the outbox before it is committed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._identity = LeadIdentity(connection)
        self._history = LeadHistory(connection)
        self._outbox = Outbox(connection)

    async def capture(self, capture: Capture) -> int:
        """Store a lead, or what is new about one, and return its id; call it in a transaction.

        Whoever shares an address or a number, now or earlier, is the same lead; two leads that turn out to be one are
        merged into the older. The same details again change nothing.
        """
        keys = {key_of(given.kind, given.value) for given in capture.given if given.kind in IDENTIFYING}
        found = await self._identity.lock(keys, capture.known)
        lead_id = found[0] if found else await self._insert(capture)
        before = await self._row(lead_id)
        if others := found[1:]:
            await self._absorb(lead_id, others)
        await self._identity.attach(keys, lead_id)
        wrong = await self._history.add(lead_id, capture.session_id, capture.given, capture.corrected)
        await self._identity.detach([key_of(*one) for one in wrong])
        await self._keep(before, capture, is_new=not found)
        return lead_id

    async def amend(self, lead_id: int, given: Sequence[Given], *, announce: bool = False) -> int | None:
        """Store what an operator has put right; return the id that the lead has now, None when it is gone."""
        root = await self._identity.root_of(lead_id)
        if root is None:
            return None
        status = LeadStatus((await self._row(root)).status)
        return await self.capture(Capture(None, given, status, known=root, announce=announce))

    async def summarise(self, lead_id: int, summary: str, up_to_seq: int, *, announce: bool = False) -> None:
        """Store what somebody wants in a sentence, made of a session's turns up to a place."""
        root = await self._identity.root_of(lead_id)
        row = await self._row(root) if root else None
        if row is None:
            return
        if row.intent_summary == summary:
            await self._connection.execute(update(leads).where(leads.c.id == row.id).values(summarised_seq=up_to_seq))
            return
        await self._change(row, {"intent_summary": summary, "summarised_seq": up_to_seq}, announce=announce)

    async def withdraw(self, session_id: str) -> None:
        """Take back everything that a session gave; a lead that has nothing else is erased."""
        for lead_id in await self._history.leads_of(session_id):
            row = await self._row(lead_id)
            gone = await self._history.forget(lead_id, session_id)
            left = {key_of(*value) for value in await self._history.values(lead_id)}
            if not left:
                await self.erase(lead_id)
                continue
            await self._identity.detach({key_of(*one) for one in gone} - left)
            values = await self._history.current(lead_id)
            columns: dict[str, Any] = {kind.value: values.get(kind) for kind in COLUMNS}
            if row.session_id == session_id:
                columns |= {"session_id": None, "intent_summary": None}
            await self._change(row, columns)

    async def erase(self, lead_id: int) -> list[str]:
        """Leave nothing of a lead but its number; return the sessions that had given something of it."""
        root = await self._identity.root_of(lead_id)
        if root is None:
            return []
        family = await self._identity.family(root)
        session_ids = await self._history.erase(family)
        blank = {column.name: None for column in leads.c if column.nullable and column is not leads.c.merged_into}
        for one in family:
            row = await self._row(one)
            await self._change(row, blank | {"status": LeadStatus.ERASED.value})
            await self._outbox.forget(Target.WEBHOOK, (f"{one}:captured", f"{one}:updated"))
        return session_ids

    async def _insert(self, capture: Capture) -> int:
        row = {"session_id": capture.session_id, "status": capture.status.value}
        made = await self._connection.execute(insert(leads).values(row))
        (lead_id,) = made.inserted_primary_key or (0,)
        return int(lead_id)

    async def _row(self, lead_id: int) -> Row[*tuple[Any, ...]]:
        return (await self._connection.execute(select(leads).where(leads.c.id == lead_id))).one()

    async def _absorb(self, lead_id: int, others: Sequence[int]) -> None:
        await self._identity.merge(lead_id, others)
        for other in others:
            await self._outbox.add(Target.SHEET, str(other), (await self._row(other)).version)

    async def _keep(self, before: Row[*tuple[Any, ...]], capture: Capture, *, is_new: bool) -> None:
        """Bring the lead's columns up to what is known of it now."""
        values = await self._history.current(before.id)
        columns: dict[str, Any] = {kind.value: values.get(kind) for kind in COLUMNS}
        captured = LeadStatus.CAPTURED in {before.status, capture.status}
        columns["status"] = (LeadStatus.CAPTURED if captured else LeadStatus.PARTIAL).value
        if capture.consent_text and not before.consent_text:
            columns |= {"consent_text": capture.consent_text, "consent_at": utc_now()}
        if is_new or any(getattr(before, name) != value for name, value in columns.items()):
            newly = captured and (is_new or before.status != LeadStatus.CAPTURED)
            await self._change(before, columns, announce=capture.announce and captured, newly=newly)

    async def _change(
        self, row: Row[*tuple[Any, ...]], columns: dict[str, Any], *, announce: bool = False, newly: bool = False
    ) -> None:
        version = row.version + 1
        await self._connection.execute(
            update(leads).where(leads.c.id == row.id).values(**columns, version=version, updated_at=utc_now())
        )
        await self._outbox.add(Target.SHEET, str(row.id), version)
        if announce:
            await self._outbox.add(Target.WEBHOOK, f"{row.id}:{'captured' if newly else 'updated'}", version)
