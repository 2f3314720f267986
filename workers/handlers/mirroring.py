"""Mirroring: read the sheet, compare it with every lead, write what differs, and read again until nothing does."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final, TypeVar

from shared import log
from shared.db.mirrored_leads import MirroredLead
from shared.db.outbox import Parcel
from shared.db.reconciliations import Found
from shared.errors import SettingsInvalid
from shared.vocabulary import OutboxState, Target
from workers import metrics
from workers.dependencies import LeadMirror
from workers.domain.comparison import Look
from workers.domain.findings import Findings
from workers.domain.moved_rows import Sent
from workers.domain.sheet_cells import entry_of
from workers.domain.sheet_plan import Addition, Deletion, Write, blocks_of
from workers.domain.tab import Flaw, Rows
from workers.handlers.mirror_hold import MirrorHold, held
from workers.ports import SheetFull, SheetMisshapen, SheetRefused, SheetUnavailable

T = TypeVar("T")

FAULTS: Final = (SheetUnavailable, SheetRefused, SheetMisshapen, SheetFull, SettingsInvalid)
PARCELS_PER_ROUND: Final = 10_000
ROWS_PER_REQUEST: Final = 1_000  # some 300 KB; Google recommends less than 2 MB
PAGE: Final = 1_000
KEYS_PER_STATEMENT: Final = 500

TRIES: Final = 3  # a lead that the sheet still shows otherwise after so many writes waits for longer
NOBODY: Final = None  # whose the headers are, and people's rows
FAILURES: Final = 3  # in a row, and the sheet is let alone for a while
LONGEST_PAUSE_SECONDS: Final = 8.0
LONGEST_WAIT_SECONDS: Final = 900.0
DISAGREES: Final = "sheet_disagrees"
PATIENCE_SECONDS: Final = 20.0  # a round that took longer has kept this worker long enough


async def mirrored(mirror: LeadMirror, patience_seconds: float = 0.0) -> Found:
    """Bring the sheet to what the leads are, and return what was found.

    A lead leaves the outbox only after a reading that shows it as it is. Raises SheetBusy when another process is at
    it for so long, or took over, and FAULTS, after which the sheet is let alone for a while.
    """
    async with held(mirror, patience_seconds) as hold:
        run = _Mirroring(mirror, hold)
        try:
            found = await run.until_equal()
        except FAULTS as error:
            seconds = await hold.pause(error)
            log.get().warning(error.code, retry_in_seconds=round(seconds), reason=str(error))
            raise
        await hold.resume()
    metrics.mirrored(found)
    log.get().info("sheet_flushed", **asdict(found))
    return found


class _Mirroring:
    """One run, from the first look at the sheet to the look that shows nothing to do."""

    def __init__(self, mirror: LeadMirror, hold: MirrorHold) -> None:
        self._database = mirror.database
        self._tab = mirror.sheet.open(hold.leave)
        self._findings = Findings()
        self._written = Counter[int | None]()
        self._sent: Sent | None = None

    async def until_equal(self) -> Found:
        """Make rounds until nothing differs; bear with failures that pass quickly."""
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            began = loop.time()
            try:
                if not await self._round():
                    break
                failures = 0
            except SheetUnavailable as error:
                failures += 1
                pause = random.uniform(0, failures / 2) if error.retry_after is None else error.retry_after  # noqa: S311
                tired = failures == FAILURES or loop.time() - began > PATIENCE_SECONDS
                if tired or pause > LONGEST_PAUSE_SECONDS:
                    raise
                await asyncio.sleep(pause)
        found = self._findings
        return Found(found.checked, len(found.added), len(found.repaired), found.duplicates, found.unknown_rows)

    async def _round(self) -> bool:
        """Look, forget what is there, write what is not; return whether to look again."""
        parcels = await self._database.read(lambda uow: uow.outbox.due(Target.SHEET, PARCELS_PER_ROUND))
        look = await self._look()
        touched = look.plan.touched
        there = [parcel for parcel in parcels if int(parcel.object_key) not in touched]
        await self._settle(there)
        stubborn = {lead_id for lead_id in (*touched, NOBODY) if self._written[lead_id] >= TRIES}
        look.plan = look.plan.without(stubborn)
        if look.plan:
            sent = await self._send(look)
            await self._note_written([parcel for parcel in parcels if int(parcel.object_key) in sent])
            return True
        await self._put_off([parcel for parcel in parcels if int(parcel.object_key) in stubborn])
        return len(parcels) == PARCELS_PER_ROUND

    async def _look(self) -> Look:
        # The leads first: what changes after that is in the outbox at a later version, and so stays there.
        leads = await self._leads()
        rows = await self._tab.read()
        return await asyncio.to_thread(_look_at, rows, leads, self._sent, self._findings)

    async def _leads(self) -> list[MirroredLead]:
        leads: list[MirroredLead] = []
        while True:
            last = leads[-1].id if leads else 0
            page = await self._database.read(lambda uow, last=last: uow.mirrored_leads.after(last, PAGE))  # type: ignore[misc]
            leads += page
            if len(page) < PAGE:
                return leads

    async def _send(self, look: Look) -> set[int]:
        """Write what differs: first what is owed to people, then rows that go, since then no place is where it was.

        Only one request goes by places that were read; rows that come find theirs at Google. Return the leads that
        were written.
        """
        plan = look.plan
        self._sent = sent = look.sending(self._sent)
        if plan.deletions and not look.owed:
            sent.deletions = plan.deletions[:ROWS_PER_REQUEST]
            await self._tab.delete([one.row for one in sent.deletions])
            return self._counted(sent.deletions)
        written: set[int] = set()
        if plan.writes:
            sent.writes = plan.writes[:ROWS_PER_REQUEST]
            await self._tab.write(blocks_of(sent.writes))
            written |= self._counted(sent.writes)
        for batch in _batches(plan.additions, ROWS_PER_REQUEST):
            sent.additions += batch
            await self._tab.append(plan.tab.below, [one.line for one in batch])
            written |= self._counted(batch)
        return written

    def _counted(self, changes: Sequence[Write | Deletion | Addition]) -> set[int]:
        leads = {change.lead_id for change in changes}
        self._written.update(leads)
        return {lead_id for lead_id in leads if lead_id is not None}

    async def _settle(self, parcels: Sequence[Parcel]) -> None:
        for batch in _batches(parcels, KEYS_PER_STATEMENT):
            seen = [(parcel.object_key, parcel.version) for parcel in batch]
            await self._database.stepwise(lambda uow, seen=seen: uow.outbox.settle(Target.SHEET, seen))  # type: ignore[misc]

    async def _note_written(self, parcels: Sequence[Parcel]) -> None:
        pending = [parcel for parcel in parcels if parcel.state is OutboxState.PENDING]
        for batch in _batches(pending, KEYS_PER_STATEMENT):
            sent = [(parcel.object_key, parcel.version) for parcel in batch]
            await self._database.stepwise(lambda uow, sent=sent: uow.outbox.written(Target.SHEET, sent))  # type: ignore[misc]

    async def _put_off(self, parcels: Sequence[Parcel]) -> None:
        """Try again later what the sheet does not keep as it is written: it holds up nobody else."""
        for parcel in parcels:
            seconds = random.uniform(1, min(LONGEST_WAIT_SECONDS, 2.0 ** (parcel.attempt + 3)))  # noqa: S311
            one = (parcel.object_key,)
            await self._database.stepwise(
                lambda uow, one=one, seconds=seconds: uow.outbox.postpone(Target.SHEET, one, seconds, DISAGREES)  # type: ignore[misc]
            )
        if parcels:
            log.get().warning(DISAGREES, leads=len(parcels), first_lead=int(parcels[0].object_key))


def _look_at(rows: Rows, leads: Sequence[MirroredLead], sent: Sent | None, findings: Findings) -> Look:
    """Compare, in a thread of its own: with thousands of leads it takes a while."""
    entries = {lead.id: entry_of(lead) for lead in leads}
    look = Look.at(rows, entries, sent)
    if isinstance(look, Flaw):
        wrong = [f"the column {name} is missing" for name in look.missing]
        wrong += [f"there are two columns {name}" for name in look.doubled]
        raise SheetMisshapen(f"In the sheet, {', '.join(wrong)}. Leads wait until that is put right.")
    findings.add(look.plan, entries)
    return look


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
