"""Work on the database: short, retried whole, and never in a transaction across a network call."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, Generic, Self, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import Pool, QueuePool

from shared.db.admin_keys import AdminKeys
from shared.db.announcements import Announcements
from shared.db.audit import Audit
from shared.db.claims import Claims
from shared.db.counts import Counting
from shared.db.engine import CLOSED, Engines, create_engines
from shared.db.examination import Examination
from shared.db.knowledge import Knowledge
from shared.db.lead_pages import LeadPages
from shared.db.lead_states import LeadStates
from shared.db.leads import Leads
from shared.db.mirrored_leads import MirroredLeads
from shared.db.mirrors import Mirrors
from shared.db.outbox import Outbox
from shared.db.posts import Posts
from shared.db.reconciliations import Reconciliations
from shared.db.resending import Resending
from shared.db.sessions import Sessions
from shared.db.spending import Spending
from shared.db.talks import Talks
from shared.db.transcripts import Transcripts
from shared.db.turns import Turns
from shared.db.unanswered import Unanswered
from shared.errors import DatabaseUnavailable

T = TypeVar("T")
R = TypeVar("R")
Connected = Callable[[], AbstractAsyncContextManager[AsyncConnection]]

# MySQL: changed since read, lock wait, deadlock, duplicate key (a retry sees the row), server gone, connection lost.
RETRIED_CODES: Final = frozenset({1020, 1205, 1213, 1062, 2006, 2013})
# A connection that was reset while it was made, in the words of aiomysql and of uvloop.
RESET_TEXTS: Final = ("does not expose socket", CLOSED)
RETRIED_TEXTS: Final = ("database is locked", "database table is locked", "UNIQUE constraint failed")
# The disk is full: what a client is told by the server's own code, by the engine's, by the system's.
FULL_CODES: Final = frozenset({3, 1021, 1026, 1030, 1114})
FULL_TEXTS: Final = ("database or disk is full",)
FULL_SECONDS: Final = 30  # for people to make room; a retry of ours would change nothing
ATTEMPTS: Final = 5
FIRST_PAUSE_SECONDS: Final = 0.02
PATIENCE_SECONDS: Final = 15.0  # with one attempt: no driver notices that its connection was forgotten on the way


class Repository(Generic[R]):
    """A repository of a unit of work, made when it is first asked for: most uses need one of them."""

    def __init__(self, make: Callable[[AsyncConnection], R]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, uow: "UnitOfWork", owner: type) -> R:
        made = uow.__dict__[self._name] = self._make(uow.connection)
        return made


class UnitOfWork:
    """One use of a connection, seen through its repositories."""

    sessions = Repository(Sessions)
    turns = Repository(Turns)
    posts = Repository(Posts)
    claims = Repository(Claims)
    leads = Repository(Leads)
    lead_states = Repository(LeadStates)
    lead_pages = Repository(LeadPages)
    outbox = Repository(Outbox)
    talks = Repository(Talks)
    announcements = Repository(Announcements)
    resending = Repository(Resending)
    admin_keys = Repository(AdminKeys)
    audit = Repository(Audit)
    transcripts = Repository(Transcripts)
    counting = Repository(Counting)
    examination = Repository(Examination)
    mirrored_leads = Repository(MirroredLeads)
    mirrors = Repository(Mirrors)
    knowledge = Repository(Knowledge)
    reconciliations = Repository(Reconciliations)
    spending = Repository(Spending)
    unanswered = Repository(Unanswered)

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection


class Database:
    """The engines of a process; work is handed in as a function so that it can be run again."""

    def __init__(self, engines: Engines, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.engine, self.single_statements = engines
        self._patience_seconds = patience_seconds

    @classmethod
    def at(cls, url: str, *, pool_size: int = 10) -> Self:
        """Return a database that connects when first used."""
        return cls(create_engines(url, pool_size=pool_size))

    @property
    def dialect(self) -> str:
        """What it speaks: `mysql`, also as MariaDB, or `sqlite`."""
        return self.engine.dialect.name

    @property
    def connections_in_use(self) -> int:
        """How many connections work is done on now."""
        return sum(_in_use(engine.pool) for engine in (self.engine, self.single_statements))

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run `work` in a transaction and commit it; run it again, whole, after a conflict.

        Raises DatabaseUnavailable when the database stays away, and whatever `work` raises.
        """
        return await self._run(self.engine.begin, work)

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run `work`, which must not write. Raises as `write` does."""
        return await self._run(self.single_statements.connect, work)

    async def stepwise(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run `work`, each of whose statements is committed by itself, in a round trip less. Raises as `write` does."""
        return await self._run(self.single_statements.connect, work)

    async def close(self) -> None:
        """Close the pools."""
        await self.engine.dispose()
        await self.single_statements.dispose()

    async def _run(self, connected: Connected, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with asyncio.timeout(self._patience_seconds), connected() as connection:
                    return await work(UnitOfWork(connection))
            except (DBAPIError, PoolTimeout, OSError, RuntimeError) as error:
                if _is_full(error):
                    raise DatabaseUnavailable("The database has no room left.", retry_after=FULL_SECONDS) from error
                if not _may_retry(error):
                    raise
                if attempt == ATTEMPTS:
                    raise DatabaseUnavailable(retry_after=2) from error
            await asyncio.sleep(random.uniform(0.5, 1) * FIRST_PAUSE_SECONDS * 2**attempt)  # noqa: S311
        raise AssertionError("unreachable")  # pragma: no cover


def _is_full(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    return _code_of(error) in FULL_CODES or any(text in str(error.orig) for text in FULL_TEXTS)


def _code_of(error: DBAPIError) -> object:
    return error.orig.args[0] if error.orig and error.orig.args else None


def _in_use(pool: Pool) -> int:
    assert isinstance(pool, QueuePool), "every engine of ours has one"  # noqa: S101
    return pool.checkedout()


def _may_retry(error: Exception) -> bool:
    if isinstance(error, RuntimeError):
        return any(text in str(error) for text in RESET_TEXTS)
    if not isinstance(error, DBAPIError):
        return True
    if error.connection_invalidated:
        return True
    code = _code_of(error)
    if code in RETRIED_CODES:
        return True
    connecting = isinstance(error, OperationalError | InterfaceError) and code in {2002, 2003, 1040, 1053, 1927}
    return connecting or any(text in str(error.orig) for text in RETRIED_TEXTS)
