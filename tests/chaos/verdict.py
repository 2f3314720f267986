"""Judges a desk that has been wrecked: by its record, by what its visitors were told, by its leads and its sheet."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Row, select

from shared.db.models import turns
from shared.vocabulary import TurnStatus
from tests.chaos.guests import Notes, Told
from tests.eventually import eventually
from tests.invariants import check_invariants
from tests.sheet_desk import SheetDesk
from tests.talking.crowd import expected_leads, stored_leads
from tests.talking.people import Person

SETTLED_SECONDS: Final = 90.0
ENDINGS: Final = {TurnStatus.DONE, TurnStatus.CANCELLED}


async def broken_promises(notes: Notes, people: Sequence[Person], sheets: SheetDesk) -> tuple[int, list[str]]:
    """Return how many leads there are, and every promise that was broken."""
    database = sheets.stack.database
    async with database.engine.connect() as connection:
        rows = {row.id: row for row in await connection.execute(select(turns))}
    broken = [line for told in notes.told for line in _broken_to(told, rows.get(told.turn_id))]
    try:
        await check_invariants(database)
    except AssertionError as error:
        broken.append(str(error))
    kept, meant = await stored_leads(sheets.stack), expected_leads(people)
    broken += [f"lead {key}: {meant.get(key)} became {kept.get(key)}" for key in _differing(kept, meant)]
    try:
        await eventually(lambda: _is_mirrored(sheets), within=SETTLED_SECONDS)
    except AssertionError:
        broken.append(f"the sheet shows {sheets.shown} instead of {await sheets.wanted()}")
    return len(kept), broken


def _broken_to(told: Told, row: Row[Any] | None) -> Iterator[str]:
    if row is None:
        yield f"turn {told.turn_id} was acknowledged and is not there"
        return
    if row.status not in ENDINGS:
        yield f"turn {told.turn_id} is {row.status} ({row.error_code})"
    if told.status != row.status:
        yield f"turn {told.turn_id} is {row.status} and was told to be {told.status}"
    if told.answer is not None and told.answer != row.answer:
        yield f"turn {told.turn_id} was told otherwise than it is stored"


def _differing(kept: dict[str | None, Any], meant: dict[str | None, Any]) -> list[str | None]:
    return [key for key in {**kept, **meant} if kept.get(key) != meant.get(key)]


async def _is_mirrored(sheets: SheetDesk) -> bool:
    try:
        await sheets.is_mirrored()
    except AssertionError:
        return False
    return True
