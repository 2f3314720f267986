"""Holds the tests' own ground to its word: what a stack gives is fresh, and survives what tests do to it."""

import shutil
from pathlib import Path

import redis.asyncio

from shared.db.engine import create_engine
from shared.settings import Settings
from tests.factories import open_session, post
from tests.servers import MariaDB, RedisServer
from tests.stack import Stack


async def waiting(stack: Stack) -> list[str]:
    engine = create_engine(stack.database_url)  # of its own: the stack's may hold connections to a dead server
    async with engine.connect() as connection:
        ids = list((await connection.exec_driver_sql("SELECT id FROM turns")).scalars())
    await engine.dispose()
    return ids


async def test_each_test_has_a_database_and_a_redis_of_its_own(stack: Stack) -> None:
    assert await waiting(stack) == []
    await post(stack.database, await open_session(stack.database))
    assert len(await waiting(stack)) == 1
    assert stack.redis.call("DBSIZE") == 0
    stack.redis.call("SET", "left", "behind")


async def test_nothing_is_left_of_the_test_before(stack: Stack) -> None:
    assert await waiting(stack) == []
    assert stack.redis.call("DBSIZE") == 0


async def test_a_kill_keeps_what_was_acknowledged_and_an_empty_restart_forgets_it(stack: Stack) -> None:
    stack.redis.call("SET", "kept", "yes")
    stack.redis.kill9()
    stack.redis.start()
    assert stack.redis.call("GET", "kept") == "yes"
    stack.redis.restart(empty=True)
    assert stack.redis.call("GET", "kept") is None


async def test_a_killed_mariadb_keeps_its_address_and_its_commits(production_stack: Stack) -> None:
    await post(production_stack.database, await open_session(production_stack.database))
    production_stack.mariadb.kill9()
    production_stack.mariadb.start()
    assert len(await waiting(production_stack)) == 1


async def test_servers_left_frozen_or_dead_are_brought_back(stack: Stack) -> None:
    stack.redis.pause()
    stack.redis.ensure()
    assert stack.redis.answers()
    stack.redis.kill9()
    stack.redis.ensure()
    assert stack.redis.answers()


async def test_redis_py_and_the_settings_understand_the_addresses(stack: Stack) -> None:
    settings = stack.settings(turn_lease_seconds=2)
    assert (settings.turn_lease_seconds, settings.database) == (2, stack.database_url)
    async with redis.asyncio.Redis.from_url(settings.redis) as client:
        assert await client.ping()


def test_a_childs_environment_says_what_the_settings_say(local_stack: Stack) -> None:
    told = local_stack.environment(allowed_origins=("https://a.example", "https://b.example"), turn_lease_seconds=1.5)
    known = {name: told[name.upper()] for name in Settings.model_fields if name.upper() in told}
    read = Settings(_env_file=None, **known)  # type: ignore[arg-type]  # as text, which is what an environment holds
    assert read == local_stack.settings(
        allowed_origins=("https://a.example", "https://b.example"), turn_lease_seconds=1.5
    )


def test_the_sample_documents_have_a_release(local_stack: Stack, tmp_path: Path) -> None:
    assert (local_stack.kb_dir / ".index" / "current").exists()
    copy = shutil.copytree(local_stack.kb_dir, tmp_path / "kb")
    assert (copy / "policies" / "refunds.md").exists()


def test_a_database_with_its_tables_is_ready_in_no_time(mariadb: MariaDB) -> None:
    first, second = mariadb.fresh_database(), mariadb.fresh_database()
    assert first != second
    tables = [name for (name,) in mariadb.sql("SHOW TABLES", database=second.rpartition("/")[2])]
    assert {"sessions", "turns", "alembic_version"} <= set(tables)


def test_a_server_lives_at_the_address_it_was_born_with(redis_server: RedisServer) -> None:
    url = redis_server.url
    redis_server.restart()
    assert (redis_server.url, redis_server.answers()) == (url, True)


async def test_a_database_left_frozen_is_no_trouble_to_the_next_test(production_stack: Stack) -> None:
    await post(production_stack.database, await open_session(production_stack.database))
    production_stack.mariadb.pause()


async def test_a_database_left_dead_is_no_trouble_to_the_next_test(production_stack: Stack) -> None:
    await post(production_stack.database, await open_session(production_stack.database))
    production_stack.mariadb.kill9()


async def test_the_next_test_finds_its_database(production_stack: Stack) -> None:
    await post(production_stack.database, await open_session(production_stack.database))
