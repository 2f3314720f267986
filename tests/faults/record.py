"""The database as a test looks at it: what became of a turn, and which process has it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Row, select, update

from shared.db.models import sessions, turns
from shared.db.unit_of_work import Database
from shared.vocabulary import OPEN_STATUSES, SessionStatus, TurnStatus
from tests.eventually import eventually
from tests.processes import Desk, Worker
from tests.stack import Stack
from tests.visitor import Posted


class Record:
    """The `turns` table; asking it wakes nobody, unlike asking the gateway."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def turns(self, posted: Sequence[Posted]) -> Sequence[Row[Any]]:
        """Return the rows of these turns."""
        query = select(turns).where(turns.c.id.in_([one.turn_id for one in posted])).order_by(turns.c.created_at)
        async with self.database.engine.connect() as connection:
            return (await connection.execute(query)).all()

    async def ended(self, posted: Sequence[Posted], *, within: float) -> Sequence[Row[Any]]:
        """Return the rows of these turns once all of them have ended."""

        async def all_ended() -> Sequence[Row[Any]]:
            rows = await self.turns(posted)
            return [] if any(row.status in OPEN_STATUSES for row in rows) else rows

        return await eventually(all_ended, within=within)

    async def sessions_are(self, status: SessionStatus) -> None:
        """Wait until every session there is has this status."""
        query = select(sessions.c.status).distinct()

        async def all_are() -> bool:
            async with self.database.engine.connect() as connection:
                return list((await connection.execute(query)).scalars()) == [status]

        await eventually(all_are)

    async def holder(self, posted: Posted, desk: Desk, *, after_attempt: int = 0, within: float = 10) -> Worker:
        """Return the worker that answers a turn, once one does."""

        async def held_by() -> Worker | None:
            [row] = await self.turns([posted])
            if row.status != TurnStatus.RUNNING or row.attempt <= after_attempt:
                return None
            pid = int(row.owner.split(":")[1])
            return next((worker for worker in desk.workers if worker.alive and worker.pid == pid), None)

        worker = await eventually(held_by, within=within)
        assert worker
        return worker

    async def is_busy(self, worker: Worker) -> bool:
        """Tell whether a worker is at some turn now."""
        its = (turns.c.status == TurnStatus.RUNNING, turns.c.owner.contains(f":{worker.pid}:"))
        async with self.database.engine.connect() as connection:
            return (await connection.execute(select(turns.c.id).where(*its).limit(1))).first() is not None

    @asynccontextmanager
    async def locked(self, posted: Posted) -> AsyncIterator[None]:
        """Be in a transaction that has changed a turn's row, for as long as the database lets us."""
        async with self.database.engine.connect() as connection:
            await connection.execute(update(turns).where(turns.c.id == posted.turn_id).values(owner=turns.c.owner))
            yield
            await connection.invalidate()


@asynccontextmanager
async def record_of(stack: Stack) -> AsyncIterator[Record]:
    """Look at a stack's database for as long as it takes."""
    database = Database.at(stack.database_url)
    try:
        yield Record(database)
    finally:
        await database.close()
