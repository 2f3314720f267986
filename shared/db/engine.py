"""Engines: one for transactions, one for single statements, with the settings each database needs."""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import AdaptedConnection, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError, MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

SQLITE_BUSY_SECONDS = 10
RECYCLE_SECONDS = 300  # below every server's and proxy's idle limit
IDLE_SECONDS = 5  # a connection used more recently is not asked whether it lives: a retry covers that
PING_SECONDS = 2  # what is between us and the server may have forgotten the connection, and tell nobody
USED_AT = "used_at"
CLOSED = "the handler is closed"
READ_ONLY = frozenset({1290, 1836})  # what a server says that is no longer the one to write to
# A process that freezes in a transaction must not hold up the others: MariaDB ends the transaction, MySQL can only end
# any connection that is idle for as long. Until then nobody waits long for its locks.
SESSION = (
    "SET time_zone = '+00:00', innodb_lock_wait_timeout = 2"
    " /*M!100300 , idle_transaction_timeout = 5 */ /*!80000 , wait_timeout = 10 */"
)


AUTOCOMMIT = "AUTOCOMMIT"


class Engines(NamedTuple):
    """The two ways into one database."""

    transactional: AsyncEngine
    autocommit: AsyncEngine
    """Each statement stands for itself, and needs no COMMIT, which would cost it another round trip."""


def create_engines(url: str, *, pool_size: int = 10) -> Engines:
    """Return engines for `mysql+aiomysql://` or `sqlite+aiosqlite://`; nothing connects before it is used."""
    if url.startswith("sqlite"):
        return Engines(create_engine(url), create_engine(url, isolation_level=AUTOCOMMIT))
    autocommit = create_engine(url, pool_size=pool_size, isolation_level=AUTOCOMMIT, skip_autocommit_rollback=True)
    event.listen(autocommit.sync_engine, "connect", _read_what_is_committed)
    return Engines(create_engine(url, pool_size=pool_size), autocommit)


def create_engine(
    url: str, *, pool_size: int = 10, isolation_level: str = "READ COMMITTED", **options: Any
) -> AsyncEngine:
    """Return one engine; the errors that it raises don't tell parameters, which may be a visitor's words."""
    if url.startswith("sqlite"):
        return _sqlite(url, autocommit=isolation_level == AUTOCOMMIT)
    engine = create_async_engine(
        url,
        isolation_level=isolation_level,
        pool_size=pool_size,
        max_overflow=0,  # an overflowing pool connects and disconnects under load, when it can least afford to
        pool_timeout=10,
        pool_recycle=RECYCLE_SECONDS,
        pool_reset_on_return=None,  # every use ends its own transaction
        hide_parameters=True,
        connect_args={"charset": "utf8mb4", "connect_timeout": 5, "init_command": SESSION},
        **options,
    )
    _ping_after_idling(engine)
    event.listen(engine.sync_engine, "handle_error", _see_that_it_is_over)
    return engine


def _read_what_is_committed(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Let statements lock what they change, and not all that they read, as the server would have it by itself."""
    cursor = connection.cursor()
    cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    cursor.close()


def _see_that_it_is_over(context: ExceptionContext) -> OSError | None:
    """Take out of the pool what leads to a server that was replaced, and what was reset, which uvloop tells in a way.

    aiomysql passes uvloop's error on as it is.
    """
    error = context.original_exception
    if error.args and error.args[0] in READ_ONLY:
        context.is_disconnect = True
    if not (isinstance(error, RuntimeError) and CLOSED in str(error)):
        return None
    context.is_disconnect = True
    return ConnectionResetError("the connection to the database was reset")


def _ping_after_idling(engine: AsyncEngine) -> None:
    """Ask a connection whether it lives before its use, but not when it has only just been used."""

    def note(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[USED_AT] = monotonic()

    def ping(connection: AdaptedConnection, entry: ConnectionPoolEntry, _: object) -> None:
        if monotonic() - entry.info.get(USED_AT, 0) <= IDLE_SECONDS:
            return
        try:
            connection.run_async(lambda server: asyncio.wait_for(server.ping(reconnect=False), PING_SECONDS))
        except (engine.dialect.loaded_dbapi.Error, RuntimeError, OSError) as error:
            raise InvalidatePoolError from error  # the pool replaces it, and those as old as it, and goes on

    event.listen(engine.sync_engine, "connect", note)
    event.listen(engine.sync_engine, "checkin", note)
    event.listen(engine.sync_engine, "checkout", ping)


def _sqlite(url: str, *, autocommit: bool) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, connect_args={"timeout": SQLITE_BUSY_SECONDS})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "close", _roll_back_sqlite)
    if not autocommit:  # without a BEGIN, SQLite commits each statement
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves
    cursor = connection.cursor()
    # What was erased is overwritten: not every build of SQLite does so by itself.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _roll_back_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # One that is closed in a transaction, since its task was cancelled, would keep the lock that all writers need until
    # Python has collected its cursors. Where Python collects the connection itself, nothing can be awaited.
    with suppress(MissingGreenlet):
        connection.rollback()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns into a writer half way fails at once when another writes: take the lock first.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
