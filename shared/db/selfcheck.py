"""What holds of every stored lead at any moment, checked from the rows alone."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import MYSQL
from shared.db.lead_details import Value, held, keys_of
from shared.db.lead_history import LeadHistory
from shared.db.models import lead_keys, lead_states, leads, outbox
from shared.db.unit_of_work import Database
from shared.vocabulary import Detail, LeadStatus, Target

BATCH: Final = 500
SHOWN: Final = {
    Detail.NAME: "name",
    Detail.EMAIL: "email",
    Detail.PHONE: "phone",
    Detail.CONSENT: "consent_text",
}
SAID: Final = (*SHOWN.values(), "consent_at", "intent_summary", "session_id")

into = leads.alias("into")
ASTRAY: Final[dict[str, Select[Any]]] = {
    "lead {} was merged into one that is not older, or is merged itself": select(leads.c.id)
    .join(into, into.c.id == leads.c.merged_into)
    .where(or_(into.c.merged_into.is_not(None), into.c.id >= leads.c.id)),
    "a key, {}, is nobody's": select(lead_keys.c.hash).where(lead_keys.c.lead_id.is_(None)),
    "session {} has an erased lead": select(lead_states.c.session_id)
    .join(leads, leads.c.id == lead_states.c.lead_id)
    .where(leads.c.status == LeadStatus.ERASED),
}


class Known(NamedTuple):
    """All there is about leads: one, and those that were merged into it."""

    row: Row[Any]
    merged: list[Row[Any]]
    values: list[Value]
    keys: set[str]
    due: dict[str, int]
    """The versions at which they wait for the sheet, by their numbers."""


async def broken_rules(database: Database) -> list[str]:
    """Return every rule that is broken, as a sentence with numbers and nothing that anybody said."""
    of_one_moment = {"isolation_level": "REPEATABLE READ"} if database.engine.dialect.name == MYSQL else {}
    async with database.engine.execution_options(**of_one_moment).connect() as connection:
        broken = [line.format(one) for line, query in ASTRAY.items() for (one,) in await connection.execute(query)]
        last_id = 0
        while rows := (await connection.execute(_batch(last_id))).all():
            last_id = rows[-1].id
            broken += [line for known in await _all_about(connection, rows) for line in _broken(known)]
    return broken


def _batch(last_id: int) -> Select[Any]:
    return select(leads).where(leads.c.merged_into.is_(None), leads.c.id > last_id).order_by(leads.c.id).limit(BATCH)


async def _all_about(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Known]:
    found = {row.id: Known(row, [], [], set(), {}) for row in rows}
    merged = (await connection.execute(select(leads).where(leads.c.merged_into.in_(found)))).all()
    family = found | {one.id: found[one.merged_into] for one in merged}
    for one in merged:
        family[one.id].merged.append(one)
    for value in await LeadHistory(connection).of(family):
        family[value.lead_id].values.append(value)
    for key in await connection.execute(select(lead_keys).where(lead_keys.c.lead_id.in_(family))):
        family[key.lead_id].keys.add(key.hash)
    on_their_way = outbox.c.target == Target.SHEET, outbox.c.object_key.in_(map(str, family))
    for parcel in await connection.execute(select(outbox).where(*on_their_way)):
        family[int(parcel.object_key)].due[parcel.object_key] = parcel.version
    return list(found.values())


def _broken(known: Known) -> Iterator[str]:
    name = f"lead {known.row.id}"
    holding = held(known.values)
    if known.keys != keys_of(known.values):
        yield f"{name} does not go by the keys of what was given"
    if any(value.superseded == (value in holding.values()) for value in known.values):
        yield f"{name} does not tell what holds from what was superseded"
    if any(value.lead_id != known.row.id for value in known.values):
        yield f"{name} has values at a lead that was merged into it"
    for kind, column in SHOWN.items():
        if getattr(known.row, column) != (holding[kind].given.value if kind in holding else None):
            yield f"{name} does not show the {column} that holds"
    yield from _broken_in_rows(known)


def _broken_in_rows(known: Known) -> Iterator[str]:
    for row in (known.row, *known.merged):
        if known.due.get(str(row.id), row.version) != row.version:
            yield f"lead {row.id} waits for the sheet at a version that it is not at"
        if row.status == LeadStatus.ERASED and any(getattr(row, column) for column in SAID):
            yield f"lead {row.id} is erased and not blank"
    for row in known.merged:
        if any(getattr(row, column) for column in SHOWN.values()):
            yield f"lead {row.id} was merged and still shows details"
        if (row.status == LeadStatus.ERASED) != (known.row.status == LeadStatus.ERASED):
            yield f"lead {row.id} is not erased as lead {known.row.id} is"
    if known.row.status == LeadStatus.ERASED and known.values:
        yield f"lead {known.row.id} is erased and not forgotten"
