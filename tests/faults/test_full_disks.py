"""Disks that fill up: what the desk has taken is stored, what it can't store it refuses, and it goes on by itself."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from redis.exceptions import ResponseError
from sqlalchemy import select

from shared.db.models import turns
from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.faults.small_disks import CrampedMariaDB, CrampedRedis, SmallDisk
from tests.processes import running
from tests.stack import Parts, Stack, stack_of
from tests.visitor import Away, Visitor

LONG: Final = "How do refunds work? " * 190  # nearly as long as a message may be
QUESTION: Final = "How do refunds work?"
ENOUGH: Final = 3


class CrampedParts(Parts):
    """The run's parts, but for a database on a small disk."""

    def __init__(self, parts: Parts, mariadb: CrampedMariaDB) -> None:
        self.mariadb = mariadb
        self.redis, self.kb_dir = parts.redis, parts.kb_dir


@pytest.fixture
def cramped_mariadb() -> Iterator[CrampedMariaDB]:
    with CrampedMariaDB() as mariadb:
        yield mariadb


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    place = tmp_path / "small disk"
    place.mkdir()
    disk = SmallDisk(place, megabytes=8)
    disk.mount()
    yield disk
    disk.unmount()


@pytest.fixture
def cramped_redis() -> Iterator[CrampedRedis]:
    with CrampedRedis() as redis:
        yield redis


async def test_a_database_whose_disk_is_full_promises_nothing_that_it_does_not_keep(
    parts: Parts, cramped_mariadb: CrampedMariaDB, tmp_path: Path
) -> None:
    """Fault 24: no 202 without a row. Posts hear 503 with Retry-After, and are taken when there is room again."""
    with stack_of(CrampedParts(parts, cramped_mariadb), "production", tmp_path) as stack:
        async with running(stack, workers=0, session_max_waiting_turns=100_000) as desk, desk.visitor() as visitor:
            await visitor.open()
            taken = [(await visitor.post(QUESTION)).turn_id]
            cramped_mariadb.disk.fill()
            taken += await post_until_refused(visitor)
            assert await stored(stack) == set(taken)
            assert (await visitor.call("GET", "/healthz")).status == 200

            cramped_mariadb.disk.make_room()
            taken.append(await eventually(lambda: posted(visitor), within=30))
            assert await stored(stack) == set(taken)
        await stack.database.close()


async def test_a_file_on_a_full_disk_promises_nothing_that_it_does_not_keep(
    local_stack: Stack, small_disk: SmallDisk
) -> None:
    """Fault 24: the same of SQLite, whose log and file share the disk."""
    file = small_disk.place / "frontdesk.db"
    shutil.copyfile(local_stack.parts.sqlite_file, file)
    stack = replace(local_stack, database_url=f"sqlite+aiosqlite:///{file}")
    async with running(stack, workers=0, session_max_waiting_turns=100_000) as desk, desk.visitor() as visitor:
        await visitor.open()
        taken = [(await visitor.post(QUESTION)).turn_id]
        small_disk.fill()
        taken += await post_until_refused(visitor)
        assert await stored(stack) == set(taken)

        small_disk.make_room()
        taken.append(await eventually(lambda: posted(visitor), within=30))
        assert await stored(stack) == set(taken)
    await stack.database.close()


async def post_until_refused(visitor: Visitor) -> list[str]:
    """Post until the desk has refused some in a row; return the turns that it has taken."""
    taken, refused = [], 0
    while refused < ENOUGH:
        try:
            taken.append((await visitor.post(LONG)).turn_id)
            refused = 0
        except Away as away:
            refused += away.code == "database_unavailable" and int(away.headers["Retry-After"]) > 0
    return taken


async def posted(visitor: Visitor) -> str:
    """Post once more; return the turn, or nothing while there is no room."""
    try:
        return (await visitor.post(QUESTION)).turn_id
    except Away:
        return ""


async def stored(stack: Stack) -> set[str]:
    """Return the turns that there are."""
    async with stack.database.engine.connect() as connection:
        return set((await connection.execute(select(turns.c.id))).scalars())


async def test_a_redis_whose_disk_is_full_costs_no_answer(production_stack: Stack, cramped_redis: CrampedRedis) -> None:
    """Fault 24: Redis refuses to write. Turns are rows, so they are taken and answered, and streams come back."""
    stack = replace(production_stack, redis=cramped_redis)
    async with running(stack, beats=1) as desk, desk.visitor() as visitor:
        await visitor.ask(QUESTION)
        cramped_redis.disk.fill()
        await eventually(lambda: is_full(cramped_redis), within=30)
        answers = [await visitor.ask(QUESTION, within=60) for _ in range(ENOUGH)]
        assert {answer["status"] for answer in answers} == {TurnStatus.DONE}

        cramped_redis.disk.make_room()
        await eventually(lambda: cramped_redis.call("INFO", "persistence")["aof_last_write_status"] == "ok", within=30)
        answer = await visitor.answer_of(await visitor.post(QUESTION), within=60)
        assert (answer["status"], bool(answer["events"])) == (TurnStatus.DONE, True)
    assert len(await stored(stack)) == ENOUGH + 2


def is_full(redis: CrampedRedis) -> bool:
    """Write until Redis refuses."""
    try:
        redis.call("XADD", "ballast", "*", "what", "x" * 4096)
    except ResponseError as error:
        return "MISCONF" in str(error)
    return False
