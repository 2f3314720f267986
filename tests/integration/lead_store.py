"""Leads as tests give them, and as the rows tell of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Table, delete, select, update

from shared.db.leads import Capture, Given
from shared.db.models import lead_keys, lead_states, lead_values, leads, outbox
from shared.db.unit_of_work import Database
from shared.vocabulary import Detail, LeadSource, LeadStatus, Target


def name(value: str) -> Given:
    return Given(Detail.NAME, value)


def email(value: str) -> Given:
    return Given(Detail.EMAIL, value)


def phone(value: str) -> Given:
    return Given(Detail.PHONE, value)


def by_operator(given: Given) -> Given:
    return given._replace(source=LeadSource.OPERATOR)


async def capture(
    database: Database,
    *given: Given,
    session_id: str | None = None,
    status: LeadStatus = LeadStatus.CAPTURED,
    **how: Any,
) -> int:
    """Capture what a session gave, and return the lead."""
    what = Capture(session_id, given, status, **how)
    return await database.write(lambda uow: uow.leads.capture(what))


async def amend(database: Database, lead_id: int, *given: Given, **how: Any) -> int | None:
    """Have an operator put something right."""
    right = [by_operator(one) for one in given]
    return await database.write(lambda uow: uow.leads.amend(lead_id, right, **how))


async def withdraw(database: Database, session_id: str) -> None:
    await database.write(lambda uow: uow.leads.withdraw(session_id))


async def erase(database: Database, lead_id: int) -> list[str]:
    return await database.write(lambda uow: uow.leads.erase(lead_id))


async def summarise(database: Database, lead_id: int, summary: str, up_to_seq: int, **how: Any) -> None:
    await database.write(lambda uow: uow.leads.summarise(lead_id, summary, up_to_seq, **how))


async def rows(database: Database, table: Table = leads) -> Sequence[Row[Any]]:
    """Return all rows of a table in the order of their keys."""
    async with database.engine.connect() as connection:
        return (await connection.execute(select(table).order_by(*table.primary_key))).all()


async def row(database: Database, lead_id: int) -> Row[Any]:
    """Return the row of a lead."""
    return next(one for one in await rows(database) if one.id == lead_id)


async def alive(database: Database) -> list[int]:
    """Return the leads that are neither erased nor part of others."""
    return [one.id for one in await rows(database) if one.merged_into is None and one.status != LeadStatus.ERASED]


async def values(database: Database) -> list[tuple[str, bool]]:
    """Return every value in the order in which they were given, and whether it holds."""
    return [(one.value, one.superseded_at is None) for one in await rows(database, lead_values)]


async def due(database: Database, target: Target = Target.SHEET) -> dict[str, int]:
    """Return the versions that wait for a target, by their keys."""
    return {one.object_key: one.version for one in await rows(database, outbox) if one.target == target}


async def forget_everything(database: Database) -> None:
    """Leave no lead."""
    async with database.engine.begin() as connection:
        await connection.execute(update(leads).values(merged_into=None))
        for table in (lead_states, lead_keys, lead_values, outbox, leads):
            await connection.execute(delete(table))
