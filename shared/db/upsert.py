"""Insert rows or change those that are there, alike on MySQL, MariaDB and SQLite."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import MYSQL


async def upsert(connection: AsyncConnection, table: Table, row: Mapping[str, Any], changed: Collection[str]) -> None:
    """Insert the row; where its primary key is taken, change only the columns named. Either way the row is locked."""
    await upsert_all(connection, table, [row], changed)


async def upsert_all(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], changed: Collection[str]
) -> None:
    """Do so with several rows in one statement, which locks them in their order."""
    if not rows:
        return
    first_key = next(iter(table.primary_key))
    if connection.dialect.name == MYSQL:
        put = mysql.insert(table).values(rows)
        # MySQL locks the row for writing even where nothing changes; a plain duplicate would lock it for reading only.
        values = {name: put.inserted[name] for name in changed} or {first_key.name: first_key}
        await connection.execute(put.on_duplicate_key_update(values))
        return
    insert = sqlite.insert(table).values(rows)
    values = {name: insert.excluded[name] for name in changed} or {first_key.name: first_key}
    await connection.execute(insert.on_conflict_do_update(index_elements=[*table.primary_key], set_=values))
