"""Takes every row out of a database as of one moment, and puts such rows into an empty one."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import JSON, Column, TableClause, column, func, insert, inspect, select, table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from shared.db import migrations
from shared.db.columns import UtcDateTime
from shared.db.engine import AUTOCOMMIT, create_engine
from shared.db.metadata import metadata
from shared.db.models import leads
from shared.errors import DatabaseUnavailable
from shared.vocabulary import LeadStatus

BATCH: Final = 500
LEADS_LEFT_FREE: Final = 10_000
PLAIN: Final = "plain"
MOMENT: Final = "moment"
DOCUMENT: Final = "document"
TYPES: Final[dict[str, TypeEngine[Any] | None]] = {
    MOMENT: UtcDateTime(),
    DOCUMENT: JSON(none_as_null=True),
    PLAIN: None,
}

Row = list[Any]
"""The values of a row, in the order of its table's columns, as JSON can hold them."""
Shape = dict[str, str]
"""A table's columns in their order, each with what it holds, by TYPES."""


class Snapshot:
    """All rows of all tables, as they were at one moment, whoever writes meanwhile."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @property
    def shapes(self) -> dict[str, Shape]:
        """The tables, each after those that it refers to."""
        return {one.name: {its.name: _kind_of(its) for its in one.columns} for one in metadata.sorted_tables}

    async def rows(self, name: str) -> AsyncIterator[Row]:
        """Yield a table's rows by their primary key."""
        one = metadata.tables[name]
        query = select(one).order_by(*one.primary_key).execution_options(yield_per=BATCH)
        async for row in await self._connection.stream(query):
            yield [value.isoformat() if isinstance(value, datetime) else value for value in row]


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Snapshot]:
    """Give a view of the database that nobody's writes change. Raises DatabaseUnavailable.

    It holds up no writer: on SQLite it begins no transaction that would want to write.
    """
    is_sqlite = url.startswith("sqlite")
    engine = create_engine(url, pool_size=1, isolation_level=AUTOCOMMIT if is_sqlite else "REPEATABLE READ")
    try:
        async with engine.connect() as connection:
            if is_sqlite:
                await connection.exec_driver_sql("BEGIN")
            yield Snapshot(connection)
            if is_sqlite:
                await connection.exec_driver_sql("ROLLBACK")
    except (DBAPIError, OSError) as error:
        raise DatabaseUnavailable("The database went away while it was read.") from error
    finally:
        await engine.dispose()


async def is_empty(url: str, revision: str, names: Iterable[str]) -> bool:
    """Whether a database has no tables, or has them at that revision without a row. Raises as `migrations` does."""
    found = await migrations.current(url)
    if found is None:
        return True
    return found == revision and not any((await counts(url, names)).values())


async def counts(url: str, names: Iterable[str]) -> dict[str, int]:
    """Return how many rows the tables hold, 0 for one that is not there."""
    engine = create_engine(url, pool_size=1)
    try:
        async with engine.connect() as connection:
            there = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
            return {
                name: (await connection.execute(select(func.count()).select_from(table(name)))).scalar_one()
                if name in there
                else 0
                for name in names
            }
    finally:
        await engine.dispose()


async def fill(url: str, shapes: Mapping[str, Shape], rows_of: Mapping[str, Iterable[Row]]) -> None:
    """Put the rows into a database of the revision that they came from: all of them, or none.

    Raises DatabaseUnavailable for a database that goes away or can't hold them.
    """
    engine = create_engine(url, pool_size=1)
    try:
        async with engine.begin() as connection:
            for name, shape in shapes.items():
                await _insert(connection, _table(name, shape), shape, rows_of[name])
    except (DBAPIError, OSError) as error:
        raise DatabaseUnavailable("The database did not take the rows; it is as empty as it was.") from error
    finally:
        await engine.dispose()


async def leave_leads_free(connection: AsyncConnection) -> None:
    """Let the next lead have a number that none had which came after the backup: the sheet may still show those.

    The last of the numbers that are left out is taken by an erased lead, which says nothing and is shown nowhere.
    """
    last = (await connection.execute(select(func.max(leads.c.id)))).scalar_one_or_none()
    if last is not None:
        row = {"id": last + LEADS_LEFT_FREE, "status": LeadStatus.ERASED.value}
        await connection.execute(insert(leads).values(row))


async def _insert(connection: AsyncConnection, into: TableClause, shape: Shape, rows: Iterable[Row]) -> None:
    moments = [name for name, kind in shape.items() if kind == MOMENT]
    for batch in _batches(rows):
        parameters = [dict(zip(shape, row, strict=True)) for row in batch]
        for parameter in parameters:
            for name in moments:
                parameter[name] = parameter[name] and datetime.fromisoformat(parameter[name])
        await connection.execute(insert(into), parameters)


def _batches(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _table(name: str, shape: Shape) -> TableClause:
    """Return the table as it was when its rows were taken, which may not be as it is today."""
    return table(name, *(column(its, TYPES[kind]) for its, kind in shape.items()))


def _kind_of(its: Column[Any]) -> str:
    if isinstance(its.type, JSON):
        return DOCUMENT
    return MOMENT if isinstance(its.type, UtcDateTime) else PLAIN
