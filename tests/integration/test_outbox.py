"""The outbox holds each object once for each target, at its newest version, until that was seen there."""

import asyncio
import random

import pytest
from sqlalchemy import select, update

from shared.db.columns import utc_now
from shared.db.models import outbox
from shared.db.outbox import Due, Parcel
from shared.db.unit_of_work import Database
from shared.vocabulary import OutboxState, Target
from tests.stack import Stack

PENDING = OutboxState.PENDING


async def add(database: Database, *due: tuple[str, int], target: Target = Target.SHEET) -> None:
    await database.write(lambda uow: uow.outbox.add_all(Due(target, key, version) for key, version in due))


async def waiting(database: Database, target: Target = Target.SHEET, limit: int = 100) -> list[Parcel]:
    return await database.read(lambda uow: uow.outbox.due(target, limit))


@pytest.fixture
def database(stack: Stack) -> Database:
    return stack.database


async def test_what_changes_while_it_waits_is_sent_once_at_its_newest_version(database: Database) -> None:
    await add(database, ("7", 1))
    await add(database, ("7", 2), ("8", 1))
    assert await waiting(database) == [Parcel("7", 2, PENDING, 0), Parcel("8", 1, PENDING, 0)]
    assert await waiting(database, Target.WEBHOOK) == []
    assert await waiting(database, limit=1) == [Parcel("7", 2, PENDING, 0)]


async def test_only_the_version_that_was_seen_is_settled(database: Database) -> None:
    await add(database, ("7", 1), ("8", 1))
    await database.write(lambda uow: uow.outbox.written(Target.SHEET, [("7", 1), ("8", 1)]))
    await add(database, ("8", 2))
    assert await waiting(database) == [Parcel("7", 1, OutboxState.WRITTEN, 0), Parcel("8", 2, PENDING, 0)]
    await database.write(lambda uow: uow.outbox.settle(Target.SHEET, [("7", 1), ("8", 1)]))
    assert await waiting(database) == [Parcel("8", 2, PENDING, 0)]
    await database.write(lambda uow: uow.outbox.settle(Target.SHEET, []))
    assert (await database.read(lambda uow: uow.outbox.backlog(Target.SHEET))).pending == 1


async def test_what_failed_is_tried_later_and_what_has_changed_since_at_once(database: Database) -> None:
    await add(database, ("7", 1), ("8", 1))
    await database.write(lambda uow: uow.outbox.postpone(Target.SHEET, ["7", "8"], 60, "quota"))
    assert await waiting(database) == []
    await add(database, ("8", 2))
    assert await waiting(database) == [Parcel("8", 2, PENDING, 0)]
    async with database.engine.connect() as connection:
        [failed] = await connection.execute(select(outbox).where(outbox.c.object_key == "7"))
    assert (failed.attempt, failed.last_error) == (1, "quota")


async def test_the_backlog_counts_from_when_something_first_waited(database: Database) -> None:
    assert await database.read(lambda uow: uow.outbox.backlog(Target.SHEET)) == (0, 0.0)
    await add(database, ("7", 1))
    async with database.engine.begin() as connection:
        await connection.execute(update(outbox).values(created_at=utc_now(-60)))
    await add(database, ("7", 2), ("8", 1))
    backlog = await database.read(lambda uow: uow.outbox.backlog(Target.SHEET))
    assert backlog.pending == 2
    assert 60 <= backlog.oldest_seconds < 120


async def test_what_is_forgotten_is_counted(database: Database) -> None:
    await add(database, ("7:captured", 1), ("7:updated", 2), ("8:captured", 1), target=Target.WEBHOOK)
    keys = ["7:captured", "7:updated", "9:captured"]
    assert await database.write(lambda uow: uow.outbox.forget(Target.WEBHOOK, keys)) == 2
    assert await waiting(database, Target.WEBHOOK) == [Parcel("8:captured", 1, PENDING, 0)]


async def test_many_that_add_and_settle_the_same_objects_at_once_all_succeed(database: Database) -> None:
    """Fault 44: whatever their order, rows are locked in that of their keys."""
    luck = random.Random(44)
    keys = [str(n) for n in range(8, 13)]

    async def work() -> None:
        for version in range(1, 16):
            due = [(key, version) for key in luck.sample(keys, len(keys))]
            await add(database, *due)
            await database.write(lambda uow, due=due: uow.outbox.settle(Target.SHEET, due[:2]))  # type: ignore[misc]

    await asyncio.gather(*(work() for _ in range(10)))
    await add(database, *((key, 99) for key in keys))
    assert {(one.object_key, one.version) for one in await waiting(database)} == {(key, 99) for key in keys}
