"""Leads: captured once each, merged when two turn out to be one person, never overwritten without a trace."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.lead_details import Capture, Given, Value, heard, is_left, keys_of, news, settled, storable
from shared.db.lead_history import LeadHistory
from shared.db.lead_identity import Lead, LeadIdentity
from shared.db.lead_states import LeadStates
from shared.db.models import leads
from shared.db.outbox import Due, Outbox
from shared.vocabulary import Detail, LeadStatus, Target

__all__ = ["Capture", "Given", "Leads"]

SHOWN: Final = (Detail.NAME, Detail.EMAIL, Detail.PHONE)
NO_SUMMARY: Final[dict[str, Any]] = {"session_id": None, "intent_summary": None, "summarised_seq": 0}
BLANK: Final[dict[str, Any]] = {
    **{column.name: None for column in leads.c if column.nullable and column is not leads.c.merged_into},
    **NO_SUMMARY,
    "status": LeadStatus.ERASED.value,
}


class Locked(NamedTuple):
    """What a capture is about, which nobody else touches until it is committed."""

    keys: set[str]
    """Those that it names, and those that it may release."""
    behind: dict[str, int | None]
    """The lead that each of those that it names led to."""
    rows: list[Lead]
    """The leads, oldest first."""


class Leads:
    """The `leads` table; every change is in the outbox before it is committed. Writing takes a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._identity = LeadIdentity(connection)
        self._history = LeadHistory(connection)
        self._states = LeadStates(connection)
        self._outbox = Outbox(connection)

    async def capture(self, capture: Capture) -> int:
        """Store a lead, or what is new about one, and return its id.

        Whoever shares an address or a number, now or earlier, is the same lead; two leads that turn out to be one are
        merged into the older. The same details again change nothing. Nothing is refused: a name is cut to what its
        column holds.
        """
        locked = await self._lock(capture)
        return await (self._add(capture, locked) if locked.rows else self._begin(capture, locked))

    async def amend(self, lead_id: int, given: Sequence[Given], *, announce: bool = False) -> int | None:
        """Store what an operator has put right; return the id that the lead has now, None when it is gone."""
        capture = Capture(None, given, LeadStatus.PARTIAL, known=lead_id, announce=announce)
        locked = await self._lock(capture)
        if await self._identity.root_of(lead_id):
            return await self._add(capture, locked)
        await self._identity.release(locked.keys)
        return None

    async def summarise(
        self, lead_id: int, summary: str, up_to_seq: int, *, session_id: str | None = None, announce: bool = False
    ) -> None:
        """Store what somebody wants in a sentence, made of a session's turns up to a place.

        The session is the one that the lead began in, unless another is named. One that has taken back what it gave
        has nothing to sum up, and an older summary of a session does not replace a newer.
        """
        row = await self._locked(lead_id)
        if row is None or (session_id and not await self._history.has(row.id, session_id)):
            return
        told_in = session_id or await self._session_of(lead_id) or row.session_id
        columns = {"session_id": told_in, "intent_summary": storable(summary), "summarised_seq": up_to_seq}
        if row.session_id == told_in and row.summarised_seq > up_to_seq:
            return
        if (row.session_id, row.intent_summary) == (told_in, columns["intent_summary"]):
            await self._update(row, columns)
            return
        await self._outbox.add_all(await self._change(row, columns, announce=announce))

    async def withdraw(self, session_id: str) -> None:
        """Take back everything that a session gave, and what operators have put right of it; leave what others gave.

        A lead of which nobody else has given anything is erased.
        """
        given = await self._history.given_in(session_id)
        lead_ids = {value.lead_id for value in given if value.lead_id}
        keys = keys_of([*given, *await self._history.of(lead_ids)])
        await self._identity.lock_keys(keys)
        for row in await self._identity.lock(lead_ids):
            await self._take_back(row, session_id)
        await self._identity.release(keys)

    async def erase(self, lead_id: int) -> list[str]:
        """Leave nothing of a lead but its number; return the sessions that had given something of it."""
        root = await self._identity.root_of(lead_id)
        keys = keys_of(await self._history.of([root])) if root else set()
        await self._identity.lock_keys(keys)
        row = await self._locked(lead_id)
        session_ids = await self._erase(row) if row else []
        await self._identity.release(keys)
        return session_ids

    async def _lock(self, capture: Capture) -> Locked:
        keys = keys_of(heard((), capture))
        wrong = await self._corrected(capture)
        all_keys = keys | keys_of(wrong)
        await self._identity.lock_keys(all_keys)
        behind = await self._identity.behind(keys)
        ids = {*behind.values(), *(value.lead_id for value in wrong)}
        if capture.known and capture.known not in ids:
            ids.add(await self._identity.root_of(capture.known))
        return Locked(all_keys, behind, await self._identity.lock({lead_id for lead_id in ids if lead_id}))

    async def _corrected(self, capture: Capture) -> list[Value]:
        """Return what the session gave before, and now says to be wrong, or right after all."""
        if not capture.corrected or not capture.session_id:
            return []
        given = await self._history.given_in(capture.session_id)
        return [value for value in given if value.given.kind in capture.corrected and not value.retracted]

    async def _begin(self, capture: Capture, locked: Locked) -> int:
        after = heard((), capture)
        row = {"session_id": capture.session_id, "status": capture.status.value, **_columns(news((), after))}
        made = await self._connection.execute(insert(leads).values(row))
        (lead_id,) = made.inserted_primary_key or (0,)
        await self._history.keep(lead_id, (), after)
        await self._identity.attach(keys_of(after), lead_id)
        await self._identity.release(locked.keys - keys_of(after))
        announced = capture.announce and capture.status is LeadStatus.CAPTURED
        await self._outbox.add_all(_due(lead_id, 1, "captured" if announced else None))
        return int(lead_id)

    async def _add(self, capture: Capture, locked: Locked) -> int:
        root, *others = locked.rows
        ids = [row.id for row in locked.rows]
        needs_all = capture.corrected or others
        before = await (self._history.of(ids) if needs_all else self._history.holding(root.id, capture.session_id))
        after = heard(before, capture)
        keys = keys_of(after)
        awaited = await self._absorb(root, others) if others else False
        await self._history.keep(root.id, before, after)
        await self._identity.attach({key for key in keys & locked.keys if locked.behind.get(key) not in ids}, root.id)
        await self._identity.release(locked.keys - keys, root.id)
        changed = news([value for value in before if value.lead_id == root.id], after)
        columns = _columns(changed) | _joined(locked.rows, capture.status)
        due = [Due(Target.SHEET, str(other.id), other.version + 1) for other in others]
        if changed or columns or awaited:
            due += await self._change(root, columns, announce=capture.announce or awaited)
        await self._outbox.add_all(due)
        return int(root.id)

    async def _absorb(self, root: Lead, others: Sequence[Lead]) -> bool:
        """Merge the others into the root; return whether a webhook was still to hear of one."""
        await self._identity.merge(root.id, others)
        return await self._outbox.forget(Target.WEBHOOK, [key for other in others for key in _events(other.id)]) > 0

    async def _take_back(self, row: Lead, session_id: str) -> None:
        before = await self._history.of([row.id])
        after = settled(value for value in before if value.session_id != session_id)
        if not is_left(before, after):
            await self._erase(row)
            return
        await self._history.keep(row.id, before, after)
        await self._identity.release(keys_of(before) - keys_of(after), row.id)
        await self._identity.forget_session(session_id, merged_into=row.id)
        changed = news(before, after)
        columns = _columns(changed) | (NO_SUMMARY if row.session_id == session_id else {})
        if changed or columns:
            await self._outbox.add_all(await self._change(row, columns))

    async def _erase(self, row: Lead) -> list[str]:
        family = await self._identity.family(row.id)
        values = await self._history.of(family)
        await self._history.keep(row.id, values, ())
        due = [one for member in await self._rows(family) for one in await self._change(member, BLANK)]
        await self._identity.release_all(family)
        await self._states.forget(family)
        await self._outbox.forget(Target.WEBHOOK, [key for one in family for key in _events(one)])
        await self._outbox.add_all(due)
        return sorted({value.session_id for value in values if value.session_id})

    async def _locked(self, lead_id: int) -> Lead | None:
        """Return what a lead is now, locked; None when it is gone."""
        root = await self._identity.root_of(lead_id)
        rows = await self._identity.lock({root}) if root else []
        return rows[0] if rows else None

    async def _rows(self, lead_ids: Sequence[int]) -> Sequence[Lead]:
        query = select(leads).where(leads.c.id.in_(lead_ids)).order_by(leads.c.id)
        return (await self._connection.execute(query)).all()

    async def _session_of(self, lead_id: int) -> str | None:
        query = select(leads.c.session_id).where(leads.c.id == lead_id)
        session_id: str | None = (await self._connection.execute(query)).scalar_one()
        return session_id

    async def _update(self, row: Lead, columns: Mapping[str, Any]) -> None:
        await self._connection.execute(update(leads).where(leads.c.id == row.id).values(**columns))

    async def _change(self, row: Lead, columns: Mapping[str, Any], *, announce: bool = False) -> list[Due]:
        """Change a row, and return what has to be put in the outbox for that."""
        version = row.version + 1
        await self._update(row, {**columns, "version": version, "updated_at": utc_now()})
        captured = LeadStatus.CAPTURED in {row.status, columns.get("status")}
        event = ("updated" if row.status == LeadStatus.CAPTURED else "captured") if announce and captured else None
        return _due(row.id, version, event)


def _columns(changed: Mapping[Detail, Value | None]) -> dict[str, Any]:
    """Return what a lead's row says of details that have changed."""
    columns: dict[str, Any] = {
        kind.value: value.given.value if value else None for kind, value in changed.items() if kind in SHOWN
    }
    if Detail.CONSENT in changed:
        consent = changed[Detail.CONSENT]
        columns["consent_text"] = consent.given.value if consent else None
        columns["consent_at"] = consent.created_at or utc_now() if consent else None
    return columns


def _joined(rows: Sequence[Lead], status: LeadStatus) -> dict[str, Any]:
    """Return what changes in the first of the leads when all of them, and a capture of this status, become it."""
    root, *others = rows
    columns: dict[str, Any] = {}
    if root.status != LeadStatus.CAPTURED in {status, *(row.status for row in others)}:
        columns["status"] = LeadStatus.CAPTURED.value
    told = [row for row in others if row.intent_summary]
    if told and not root.intent_summary:
        columns |= {name: getattr(told[0], name) for name in NO_SUMMARY}
    return columns


def _events(lead_id: int) -> tuple[str, str]:
    """Return the keys under which a webhook hears of a lead."""
    return f"{lead_id}:captured", f"{lead_id}:updated"


def _due(lead_id: int, version: int, event: str | None = None) -> list[Due]:
    due = [Due(Target.SHEET, str(lead_id), version)]
    return [*due, Due(Target.WEBHOOK, f"{lead_id}:{event}", version)] if event else due
