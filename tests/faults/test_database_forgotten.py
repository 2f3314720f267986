"""A database that doesn't answer on one connection, keeps one turn locked, or is no longer the one to write to."""

import asyncio
from contextlib import AsyncExitStack
from typing import Final

import pytest
from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from shared.db.engine import USED_AT, create_engines
from shared.db.models import turns
from shared.db.unit_of_work import Database, UnitOfWork
from shared.errors import DatabaseUnavailable
from tests.factories import OpenSession, open_session, post
from tests.faults.record import record_of
from tests.processes import running
from tests.stack import BRISK, Stack
from tests.stubs.llm import StubLLM
from tests.stubs.proxy import Proxy

QUESTION: Final = "How do refunds work?"
PATIENCE_SECONDS: Final = 1.0


def _used_long_ago(database: Database) -> None:
    """Have every connection look as if it had been idle."""

    def note(_: object, entry: ConnectionPoolEntry) -> None:
        entry.info[USED_AT] = 0

    for engine in (database.engine, database.single_statements):
        event.listen(engine.sync_engine, "checkin", note)


@pytest.mark.parametrize("idle", [True, False], ids=["after idling", "in use"])
async def test_a_connection_that_was_forgotten_on_the_way_holds_nobody_up(
    production_stack: Stack, *, idle: bool
) -> None:
    session = await open_session(production_stack.database)

    async def claim(uow: UnitOfWork) -> list[str]:
        return [*await uow.claims.claim([session.id], "worker", 60)]

    with Proxy(production_stack.database_url) as proxy:
        database = Database(create_engines(proxy.url), patience_seconds=60 if idle else PATIENCE_SECONDS)
        if idle:
            _used_long_ago(database)
        assert [await use(claim) for use in (database.stepwise, database.write)] == [[], []]
        proxy.forget()
        await post(production_stack.database, session)
        async with asyncio.timeout(10):
            assert await database.stepwise(claim) == [session.id]
            assert await database.write(claim) == []
        await database.close()


async def test_a_turn_that_is_locked_for_good_holds_up_no_other_visitor(production_stack: Stack, llm: StubLLM) -> None:
    """The worker that answers dies, and a transaction that no server ends keeps its turn locked."""
    alone = create_async_engine(production_stack.database_url)
    async with AsyncExitStack() as opened:
        opened.push_async_callback(alone.dispose)
        desk = await opened.enter_async_context(running(production_stack, llm=llm, workers=1, **BRISK))
        record = await opened.enter_async_context(record_of(production_stack))
        one, two = [await opened.enter_async_context(desk.visitor()) for _ in range(2)]
        await one.open()
        await two.open()
        llm.mode = "stall"
        stuck = await one.post(QUESTION)
        worker = await record.holder(stuck, desk)
        locking = await opened.enter_async_context(alone.connect())
        await locking.execute(update(turns).where(turns.c.id == stuck.turn_id).values(owner=turns.c.owner))
        worker.kill9()
        llm.mode = "ok"
        await worker.start()
        for _ in range(3):
            await one.turn(stuck)  # looks after it, and has it hinted at again
            assert (await two.answer_of(await two.post(QUESTION), within=15))["status"] == "done"
        await locking.rollback()
        assert (await one.answer_of(stuck, within=30))["status"] == "done"


async def test_a_server_that_is_no_longer_to_be_written_to_is_left_for_the_one_that_is(production_stack: Stack) -> None:
    server, session = production_stack.mariadb, await open_session(production_stack.database)
    name = production_stack.database_url.rpartition("/")[2]
    server.sql("CREATE USER visitor@'%'", f"GRANT ALL ON {name}.* TO visitor@'%'")
    database = Database.at(production_stack.database_url.replace("root@", "visitor@"))
    try:
        await post(database, session)
        server.sql("SET GLOBAL read_only = ON")
        with pytest.raises(DatabaseUnavailable):
            await post(database, session, "while it may not be written to")
        server.sql("SET GLOBAL read_only = OFF")
        assert (await post(database, session, "afterwards")).seq == 2
    finally:
        server.sql("SET GLOBAL read_only = OFF", "DROP USER visitor@'%'")
        await database.close()


async def test_of_turns_that_are_claimed_together_a_locked_one_is_left_out(production_stack: Stack) -> None:
    database = production_stack.database
    locked, free = [await open_session(database) for _ in range(2)]
    stuck, _ = [await post(database, session) for session in (locked, free)]
    async with database.engine.connect() as locking:
        await locking.execute(update(turns).where(turns.c.id == stuck.id).values(owner="frozen"))
        assert await _claimed(database, locked, free) == [free.id]
        await locking.rollback()
    assert await _claimed(database, locked, free) == [locked.id]


async def _claimed(database: Database, *sessions: OpenSession) -> list[str]:
    """Claim the turns of sessions together, and return those of which one was claimed."""
    ids = [session.id for session in sessions]
    return [*await database.stepwise(lambda uow: uow.claims.claim(ids, "worker", 60))]
