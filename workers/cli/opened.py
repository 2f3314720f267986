"""The database as commands use it: at this version of the tables, and closed in the end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.db import migrations
from shared.db.unit_of_work import Database
from shared.errors import PermanentError
from shared.settings import Settings

T = TypeVar("T")


class SchemaOutdated(PermanentError):
    """The database's tables are not of this version; run `frontdesk migrate`."""

    code = "schema_outdated"


def with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Run `work` on the database that DATABASE_URL names; a local one is brought up to date first.

    Raises SchemaOutdated, DatabaseUnavailable, and SettingsInvalid for an unusable URL.
    """
    return asyncio.run(_run(settings, work))


async def _run(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    if not settings.database_url.get_secret_value():
        await migrations.upgrade(settings.database)
    if await migrations.current(settings.database) != migrations.newest():
        raise SchemaOutdated
    database = Database.at(settings.database, pool_size=1)
    try:
        return await work(database)
    finally:
        await database.close()
