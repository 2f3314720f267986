"""The schema's history: brings a database of any age to what this version of the product needs."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db.engine import AUTOCOMMIT, create_engine
from shared.errors import DatabaseUnavailable, PermanentError, SettingsInvalid

T = TypeVar("T")

LOCK_SECONDS: Final = 60
SQLITE_ATTEMPTS: Final = 20  # two processes that open a new file at once may both find it locked, whatever the timeout
UNKNOWN_DATABASE: Final = 1049
URL_EXAMPLES: Final = (
    "DATABASE_URL must look like mysql+aiomysql://user:password@host/frontdesk or sqlite+aiosqlite:////folder/file.db"
)


class SchemaUnknown(PermanentError):
    """The database was migrated by a newer version of Frontdesk; run that version, or restore an older copy."""

    code = "schema_unknown"


async def upgrade(url: str, to: str = "head") -> list[str]:
    """Apply what is missing up to a revision, and return it, oldest first, as `0001 first tables`.

    Safe to run in several processes at once: one does the work, the others wait for it.
    Raises SettingsInvalid for an unusable URL, DatabaseUnavailable when the database is away or refuses us,
    SchemaUnknown when it is ahead of us.
    """
    return await _with_engine(url, partial(_upgrade, to=to))


async def current(url: str) -> str | None:
    """Return the revision that the database is at, None for an empty one. Raises as `upgrade` does."""
    return await _with_engine(url, _current, isolation_level=AUTOCOMMIT)


def newest() -> str | None:
    """Return the revision that this version of the product needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


async def _with_engine(url: str, work: Callable[[AsyncEngine], Awaitable[T]], **options: Any) -> T:
    place = _parse(url)
    engine = create_engine(url, pool_size=1, **options)
    try:
        _prepare_folder(place)
        return await work(engine)
    except CommandError as error:
        raise SchemaUnknown from error
    except (DBAPIError, OSError) as error:
        raise DatabaseUnavailable(_explain(place, error)) from error
    finally:
        await engine.dispose()


def _parse(url: str) -> URL:
    try:
        place = make_url(url)
        usable = place.get_dialect().is_async
    except (ArgumentError, ImportError):
        usable = False
    if not usable:
        raise SettingsInvalid(URL_EXAMPLES)
    return place


def _prepare_folder(place: URL) -> None:
    if place.get_backend_name() == "sqlite" and place.database:
        Path(place.database).parent.mkdir(parents=True, exist_ok=True)


def _explain(place: URL, error: Exception) -> str:
    reason = error.orig if isinstance(error, DBAPIError) else error
    code, *rest = reason.args if reason and reason.args else ("",)
    if code == UNKNOWN_DATABASE:
        return f"The server at {place.host} has no database named {place.database}. Create it and try again."
    where = f"{place.host}:{place.port or 3306}" if place.host else place.database
    return f"The database at {where} can't be used: {rest[0] if rest else code}"


async def _current(engine: AsyncEngine) -> str | None:
    def read(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with engine.connect() as connection:
        return await connection.run_sync(read)


async def _upgrade(engine: AsyncEngine, to: str) -> list[str]:
    if engine.dialect.name == "sqlite":
        return await _upgrade_sqlite(engine, to)
    async with engine.connect() as connection, _MySQLLock(connection):
        applied = await connection.run_sync(_run, to)
        await connection.commit()
        return applied


async def _upgrade_sqlite(engine: AsyncEngine, to: str) -> list[str]:
    # A table that is rebuilt is dropped on the way: with foreign keys on, its children would go with it. Inside a
    # transaction this can't be switched, so it happens on connecting.
    event.listen(engine.sync_engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA foreign_keys=OFF"))
    for attempt in range(1, SQLITE_ATTEMPTS + 1):
        try:
            async with engine.begin() as connection:  # takes the write lock at once, and waits for it
                return await connection.run_sync(_run, to)
        except DBAPIError as error:
            if "locked" not in str(error.orig) or attempt == SQLITE_ATTEMPTS:
                raise
        await asyncio.sleep(0.05 * attempt)
    raise AssertionError("unreachable")  # pragma: no cover


class _MySQLLock:
    """A lock by name, since MySQL commits at each change of a table; it ends with its connection at the latest."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def __aenter__(self) -> None:
        wait = text("SELECT GET_LOCK(CONCAT('frontdesk_migrations.', DATABASE()), :seconds)")
        if not await self._connection.scalar(wait, {"seconds": LOCK_SECONDS}):
            raise DatabaseUnavailable(f"Another process has been migrating this database for {LOCK_SECONDS} seconds.")

    async def __aexit__(self, *_: object) -> None:
        if not self._connection.invalidated:
            await self._connection.execute(text("SELECT RELEASE_LOCK(CONCAT('frontdesk_migrations.', DATABASE()))"))


def _run(connection: Connection, to: str) -> list[str]:
    applied: list[str] = []
    config = _config()
    config.attributes.update(connection=connection, applied=applied)
    command.upgrade(config, to)
    return applied


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
