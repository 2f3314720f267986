"""The history of migrations leads to the tables that the code works with."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

import shared.db.models  # noqa: F401  (makes the tables known)
from shared.db import migrations
from shared.db.engine import create_engine
from shared.db.metadata import metadata
from shared.errors import DatabaseUnavailable, SettingsInvalid
from tests.servers import MariaDB


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder that is new" / "frontdesk.db"


@pytest.fixture
def sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def mariadb_url(mariadb: MariaDB) -> Iterator[str]:
    mariadb.sql("CREATE DATABASE to_migrate")
    yield f"{mariadb.url}/to_migrate"
    mariadb.sql("DROP DATABASE to_migrate")


@pytest.fixture(params=["sqlite_url", "mariadb_url"])
def url(request: pytest.FixtureRequest) -> str:
    """Give an empty database of either kind."""
    return str(request.getfixturevalue(request.param))


async def differences(url: str) -> Any:
    """Return what a new migration would have to change."""

    def compare(connection: Connection) -> Any:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

    engine = create_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(compare)
    finally:
        await engine.dispose()


async def test_a_migrated_database_is_what_the_models_say(url: str) -> None:
    await migrations.upgrade(url)
    assert await differences(url) == []


async def test_a_migration_says_what_it_applied_and_does_nothing_twice(url: str) -> None:
    assert await migrations.current(url) is None
    applied = await migrations.upgrade(url)
    assert applied[0].startswith("0001 ")
    assert await migrations.upgrade(url) == []
    assert await migrations.current(url) == migrations.newest()


async def test_several_processes_that_migrate_at_once_end_fine_and_one_does_the_work(url: str) -> None:
    answers = await asyncio.gather(*(asyncio.to_thread(asyncio.run, migrations.upgrade(url)) for _ in range(4)))
    assert sorted(map(bool, answers)) == [False, False, False, True]


async def test_a_database_from_a_newer_version_is_left_alone(sqlite_url: str, file: Path) -> None:
    await migrations.upgrade(sqlite_url)
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    database.close()
    with pytest.raises(migrations.SchemaUnknown, match="newer version"):
        await migrations.upgrade(sqlite_url)


@pytest.mark.parametrize("wrong", ["rubbish", "mysql://desk:pw@localhost/desk", "postgresql://localhost/desk"])
async def test_a_url_that_is_not_one_of_ours_is_a_wrong_setting(wrong: str) -> None:
    with pytest.raises(SettingsInvalid, match="DATABASE_URL must look like"):
        await migrations.upgrade(wrong)


async def test_a_server_without_the_database_says_which_one_is_missing(mariadb: MariaDB) -> None:
    with pytest.raises(DatabaseUnavailable, match="no database named nobody_made_it"):
        await migrations.upgrade(f"{mariadb.url}/nobody_made_it")


async def test_a_database_that_is_away_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseUnavailable, match=r"127\.0\.0\.1:1 ") as caught:
        await migrations.upgrade("mysql+aiomysql://desk:secret-word@127.0.0.1:1/desk")
    assert "secret-word" not in str(caught.value)
