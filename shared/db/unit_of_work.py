"""Work on the database: short, retried whole, and never in a transaction across a network call."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, Generic, Self, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.admin_keys import AdminKeys
from shared.db.announcements import Announcements
from shared.db.claims import Claims
from shared.db.counts import Counting
from shared.db.engine import Engines, create_engines
from shared.db.knowledge import Knowledge
from shared.db.lead_pages import LeadPages
from shared.db.lead_states import LeadStates
from shared.db.leads import Leads
from shared.db.mirrored_leads import MirroredLeads
from shared.db.mirrors import Mirrors
from shared.db.outbox import Outbox
from shared.db.reconciliations import Reconciliations
from shared.db.resending import Resending
from shared.db.sessions import Sessions
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
RETRIED_TEXTS: Final = ("database is locked", "database table is locked", "UNIQUE constraint failed")
ATTEMPTS: Final = 5
FIRST_PAUSE_SECONDS: Final = 0.02


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
    claims = Repository(Claims)
    leads = Repository(Leads)
    lead_states = Repository(LeadStates)
    lead_pages = Repository(LeadPages)
    outbox = Repository(Outbox)
    talks = Repository(Talks)
    announcements = Repository(Announcements)
    resending = Repository(Resending)
    admin_keys = Repository(AdminKeys)
    transcripts = Repository(Transcripts)
    counting = Repository(Counting)
    mirrored_leads = Repository(MirroredLeads)
    mirrors = Repository(Mirrors)
    knowledge = Repository(Knowledge)
    reconciliations = Repository(Reconciliations)
    unanswered = Repository(Unanswered)

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection


class Database:
    """The engines of a process; work is handed in as a function so that it can be run again."""

    def __init__(self, engines: Engines) -> None:
        self.engine, self._autocommit = engines

    @classmethod
    def at(cls, url: str, *, pool_size: int = 10) -> Self:
        """Return a database that connects when first used."""
        return cls(create_engines(url, pool_size=pool_size))

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run `work` in a transaction and commit it; run it again, whole, after a conflict.

        Raises DatabaseUnavailable when the database stays away, and whatever `work` raises.
        """
        return await self._run(self.engine.begin, work)

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run `work`, which must not write. Raises as `write` does."""
        return await self._run(self._autocommit.connect, work)

    async def stepwise(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run `work`, each of whose statements is committed by itself, in a round trip less. Raises as `write` does."""
        return await self._run(self._autocommit.connect, work)

    async def close(self) -> None:
        """Close the pools."""
        await self.engine.dispose()
        await self._autocommit.dispose()

    async def _run(self, connected: Connected, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with connected() as connection:
                    return await work(UnitOfWork(connection))
            except (DBAPIError, PoolTimeout, OSError) as error:
                if not _may_retry(error):
                    raise
                if attempt == ATTEMPTS:
                    raise DatabaseUnavailable(retry_after=2) from error
            await asyncio.sleep(random.uniform(0.5, 1) * FIRST_PAUSE_SECONDS * 2**attempt)  # noqa: S311
        raise AssertionError("unreachable")  # pragma: no cover


def _may_retry(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return True
    if error.connection_invalidated:
        return True
    original = error.orig
    code = original.args[0] if original and original.args else None
    if code in RETRIED_CODES:
        return True
    connecting = isinstance(error, OperationalError | InterfaceError) and code in {2002, 2003, 1040, 1053, 1927}
    return connecting or any(text in str(original) for text in RETRIED_TEXTS)
