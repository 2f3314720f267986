"""Engines: one that commits, one that only reads, with the settings each database needs."""

from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

SQLITE_BUSY_SECONDS = 10
RECYCLE_SECONDS = 300  # below every server's and proxy's idle limit


def create_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """Return an engine for `mysql+aiomysql://` or `sqlite+aiosqlite://`; nothing connects before it is used."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    return create_async_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        pool_pre_ping=True,
        pool_recycle=RECYCLE_SECONDS,
        connect_args={"charset": "utf8mb4", "connect_timeout": 5, "init_command": "SET time_zone = '+00:00'"},
    )


def _sqlite(url: str) -> AsyncEngine:
    engine = create_async_engine(url, connect_args={"timeout": SQLITE_BUSY_SECONDS})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns into a writer half way fails at once when another writes: take the lock first.
    options: dict[str, Any] = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN" if options.get("reads_only") else "BEGIN IMMEDIATE")
