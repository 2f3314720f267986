"""A desk that is backed up while visitors talk comes back from the file: whole, on either database, and honest."""

import asyncio
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import delete, func, select

from shared.db import migrations
from shared.db.copying import MOMENT, PLAIN, Row, snapshot
from shared.db.metadata import metadata
from shared.db.models import lead_keys, leads, sessions, turns
from shared.db.unit_of_work import Database
from shared.vocabulary import LeadStatus
from tests import commands
from tests.eventually import eventually
from tests.factories import open_session, post
from tests.processes import Desk, running
from tests.stack import Stack
from tests.visitor import Visitor
from workers.cli.archive import written

NAME: Final = "restored"
VISITORS: Final = 4
EMAIL: Final = "zoe@example.com"


@dataclass
class Place:
    """An empty database to restore into."""

    url: str

    async def count(self, name: str) -> int:
        """Return how many rows a table has."""
        return int((await self.all(select(func.count()).select_from(metadata.tables[name])))[0][0])

    async def all(self, query: Any) -> list[Any]:
        """Return the rows of a query."""
        database = Database.at(self.url)
        async with database.engine.connect() as connection:
            rows = list((await connection.execute(query)).all())
        await database.close()
        return rows


@pytest.fixture
def mariadb_place(production_stack: Stack) -> Iterator[Place]:
    production_stack.mariadb.sql(f"CREATE DATABASE {NAME}")
    yield Place(f"{production_stack.mariadb.url}/{NAME}")
    production_stack.mariadb.sql(f"DROP DATABASE {NAME}")


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return Place(f"sqlite+aiosqlite:///{tmp_path}/{NAME}.db")


def frontdesk(*arguments: str | Path, url: str, cwd: Path) -> tuple[int, str]:
    """Return how the command ended, and what it said."""
    done = commands.frontdesk(*arguments, cwd=cwd, env={"DATABASE_URL": url})
    return done.returncode, done.stdout + done.stderr


def manifest_of(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as zipped:
        return json.loads(zipped.read("manifest.json"))  # type: ignore[no-any-return]


@asynccontextmanager
async def visitors_that_talk(desk: Desk, number: int) -> AsyncIterator[list[int]]:
    """Have visitors ask one question after the other; gives how many each has been answered."""
    answered, over = [0] * number, asyncio.Event()

    async def talk(visitor: Visitor, index: int) -> None:
        while not over.is_set():
            assert (await visitor.ask("How do refunds work?"))["status"] == "done"
            answered[index] += 1

    async with AsyncExitStack() as opened, asyncio.TaskGroup() as talking:
        for index in range(number):
            talking.create_task(talk(await opened.enter_async_context(desk.visitor()), index))
        yield answered
        over.set()


async def test_a_desk_that_is_backed_up_under_load_comes_back_whole(
    production_stack: Stack, mariadb_place: Place, tmp_path: Path
) -> None:
    """Faults 51 and 87: the drill. Visitors talk while it is copied; what comes back is of one moment, and answers."""
    file = tmp_path / "desk.backup"
    async with running(production_stack, lead_capture=True) as desk:
        async with desk.visitor() as visitor:
            await visitor.open()
            for message in ("Mail me at zoë@example.com", "Zoë 😀 Ødegård", "skip", "yes"):
                await visitor.ask(message)
        async with visitors_that_talk(desk, VISITORS) as answered:
            await eventually(lambda: min(answered) > 0, within=60)
            backed_up = await asyncio.to_thread(
                frontdesk, "backup", file, "--verify", url=production_stack.database_url, cwd=tmp_path
            )
            before = sum(answered)
            await eventually(lambda: sum(answered) > before, within=60)
    assert (backed_up[0], backed_up[1].splitlines()[-1]) == (
        0,
        "Restored it beside: every row is there, every rule holds.",
    )
    assert file.stat().st_mode & 0o777 == 0o600

    code, said = frontdesk("restore", file, url=mariadb_place.url, cwd=tmp_path)
    assert (code, "Every row is there, every rule holds." in said) == (0, True), said
    manifest = manifest_of(file)
    found = {name: await mariadb_place.count(name) for name in manifest["tables"]}
    assert found == {name: content["rows"] + (name == "leads") for name, content in manifest["tables"].items()}
    assert found["turns"] >= VISITORS
    await holds_together(mariadb_place)

    restored = replace(production_stack, database_url=mariadb_place.url)
    async with running(restored) as desk, desk.visitor(token=visitor.token) as again:
        session = await again.session()
        assert [turn["message"] for turn in session["turns"]][1] == "Zoë 😀 Ødegård"
        assert (await again.ask("How do refunds work?"))["status"] == "done"


async def holds_together(place: Place) -> None:
    """Fail unless what was copied is of one moment: no turn without its session, no place left out in any session."""
    orphans = select(turns.c.id).where(turns.c.session_id.not_in(select(sessions.c.id)))
    gaps = select(turns.c.session_id).group_by(turns.c.session_id).having(func.max(turns.c.seq) != func.count())
    assert await place.all(orphans) == await place.all(gaps) == []


async def test_a_backup_moves_a_desk_to_another_kind_of_database(
    local_stack: Stack, mariadb_place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "desk.backup"
    session = await open_session(local_stack.database)
    await post(local_stack.database, session, "¿Cuánto? 😀")
    assert frontdesk("backup", file, url=local_stack.database_url, cwd=tmp_path)[0] == 0
    code, said = frontdesk("restore", file, url=mariadb_place.url, cwd=tmp_path)
    assert code == 0, said
    here = Place(local_stack.database_url)
    for table in (sessions, turns):
        assert await mariadb_place.all(select(table)) == await here.all(select(table)) != []


async def test_a_snapshot_is_of_one_moment_and_keeps_no_writer_waiting(stack: Stack) -> None:
    """Fault 51: a turn without its session would be no backup, and nobody makes one that stops the desk."""
    await open_session(stack.database)
    async with snapshot(stack.database_url) as seen:
        assert len([row async for row in seen.rows("sessions")]) == 1
        async with asyncio.timeout(5):
            await post(stack.database, await open_session(stack.database))
        assert [len([row async for row in seen.rows(name)]) for name in ("sessions", "turns")] == [1, 0]


async def test_a_database_that_holds_something_is_left_alone(
    local_stack: Stack, sqlite_place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "desk.backup"
    await open_session(local_stack.database)
    assert frontdesk("backup", file, url=local_stack.database_url, cwd=tmp_path)[0] == 0
    refused = "frontdesk: The database holds something: restore into one that was just created.\n"
    assert frontdesk("restore", file, url=local_stack.database_url, cwd=tmp_path) == (1, refused)
    await migrations.upgrade(sqlite_place.url)
    assert frontdesk("restore", file, url=sqlite_place.url, cwd=tmp_path)[0] == 0
    assert frontdesk("restore", file, url=sqlite_place.url, cwd=tmp_path) == (1, refused)
    assert await sqlite_place.count("sessions") == 1


@pytest.mark.parametrize("damage", ["changed", "cut off", "something else"])
async def test_a_damaged_backup_is_refused_before_anything_is_written(
    local_stack: Stack, sqlite_place: Place, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "desk.backup"
    await open_session(local_stack.database)
    assert frontdesk("backup", file, url=local_stack.database_url, cwd=tmp_path)[0] == 0
    if damage == "changed":
        rewrite(file, "tables/sessions.jsonl", b"active", b"expire")
    else:
        file.write_bytes(file.read_bytes()[:-200] if damage == "cut off" else b"SQLite format 3")
    code, said = frontdesk("restore", file, url=sqlite_place.url, cwd=tmp_path)
    assert (code, len(said.splitlines())) == (1, 1), said
    assert "backup" in said
    assert await migrations.current(sqlite_place.url) is None


def rewrite(file: Path, name: str, old: bytes, new: bytes) -> None:
    """Change what a zip holds, and its own checksum with it."""
    with zipfile.ZipFile(file) as zipped:
        parts = {one: zipped.read(one) for one in zipped.namelist()}
    assert old in parts[name]
    with zipfile.ZipFile(file, "w") as zipped:
        for one, content in parts.items():
            zipped.writestr(one, content.replace(old, new) if one == name else content)


async def test_a_backup_that_breaks_a_rule_is_found_out_when_it_is_verified(local_stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "desk.backup"
    async with running(local_stack, lead_capture=True) as desk:
        await become_a_lead(desk)
    async with local_stack.database.engine.begin() as connection:
        await connection.execute(delete(lead_keys))
    code, said = frontdesk("backup", file, "--verify", url=local_stack.database_url, cwd=tmp_path)
    assert (code, said.splitlines()[-1]) == (
        1,
        "frontdesk: What was restored breaks 1 rules. The first: lead 1 does not go by the keys of what was given.",
    )


async def become_a_lead(desk: Desk) -> Visitor:
    """Have a visitor leave an address, and return them."""
    async with desk.visitor() as visitor:
        await visitor.open()
        for message in (f"Mail me at {EMAIL}", "Zoë", "skip", "yes"):
            await visitor.ask(message)
    return visitor


async def test_who_was_erased_after_the_backup_is_erased_again(
    local_stack: Stack, sqlite_place: Place, tmp_path: Path
) -> None:
    """Fault 84: an old backup would bring back what somebody had the right to have erased."""
    file = tmp_path / "desk.backup"
    async with running(local_stack, lead_capture=True, log_format="json") as desk:
        mine = await become_a_lead(desk)
        async with desk.visitor() as other, desk.visitor(token=mine.token) as leaving, desk.operator() as operator:
            await other.open()
            for message in ("Mail me at ben@example.com", "Ben", "skip", "yes"):
                await other.ask(message)
            url = local_stack.database_url
            assert (await asyncio.to_thread(frontdesk, "backup", file, url=url, cwd=tmp_path))[0] == 0
            assert (await leaving.call("DELETE", "/v1/session")).status == 202
            assert (await operator.call("DELETE", "/v1/admin/leads/2")).status == 202
        log = tmp_path / "gateway.log"
        log.write_text(f"not JSON, though it says _erased\ngateway-1  | {desk.gateway.log}")

    code, said = frontdesk("restore", file, "--erased", log, url=sqlite_place.url, cwd=tmp_path)
    assert (code, said.splitlines()[1]) == (0, "Erased again: 2 sessions and 1 leads."), said
    assert await sqlite_place.count("sessions") == await sqlite_place.count("turns") == 0
    shown = await sqlite_place.all(select(leads.c.status, leads.c.name, leads.c.email))
    assert set(shown) == {(LeadStatus.ERASED, None, None)}


async def test_no_later_lead_takes_a_number_that_the_sheet_may_show(
    local_stack: Stack, sqlite_place: Place, tmp_path: Path
) -> None:
    """Leads that came after the backup still stand in the sheet; another lead in their row would be a mix-up."""
    file = tmp_path / "desk.backup"
    async with running(local_stack, lead_capture=True) as desk:
        await become_a_lead(desk)
    assert frontdesk("backup", file, url=local_stack.database_url, cwd=tmp_path)[0] == 0
    assert frontdesk("restore", file, url=sqlite_place.url, cwd=tmp_path)[0] == 0
    (tmp_path / "again").mkdir()
    restored = replace(local_stack, database_url=sqlite_place.url, data_dir=tmp_path / "again")
    async with running(restored, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        for message in ("Mail me at ben@example.com", "Ben", "skip", "yes"):
            await visitor.ask(message)
    numbers = [number for (number,) in await sqlite_place.all(select(leads.c.id).order_by(leads.c.id))]
    assert numbers == [1, 10_001, 10_002]


async def test_a_backup_of_an_older_version_is_restored_and_brought_up_to_date(
    sqlite_place: Place, tmp_path: Path
) -> None:
    """Fault 51: the tables are made as they were, filled, and then migrated as if they had always been there."""
    file = tmp_path / "desk.backup"
    moments = ("created_at", "last_activity_at", "expires_at")
    shape = dict.fromkeys(("id", "token_hash", "status", "next_seq"), PLAIN) | dict.fromkeys(moments, MOMENT)
    row = ["a" * 32, "b" * 64, "active", 1, *["2026-01-31T09:30:15.250000+00:00"] * 3]
    with written(file) as archive:
        await archive.add("sessions", shape, one_by_one([row]))
        archive.seal("0001", None)  # the second migration takes next_seq away
    code, said = frontdesk("restore", file, url=sqlite_place.url, cwd=tmp_path)
    assert code == 0, said
    assert await migrations.current(sqlite_place.url) == migrations.newest()
    assert (await sqlite_place.all(select(sessions.c.expires_at)))[0][0].isoformat() == row[-1]


async def one_by_one(rows: list[Row]) -> AsyncIterator[Row]:
    for row in rows:
        yield row
