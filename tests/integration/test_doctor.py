"""`frontdesk doctor` finds each thing that may be wrong, and says what to do about it."""

import asyncio
import json
import shutil
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from sqlalchemy import update

from shared.db.columns import utc_now
from shared.db.models import sessions
from tests.commands import frontdesk
from tests.factories import open_session, post
from tests.processes import running
from tests.servers import Redis
from tests.sheet_desk import sheet_settings
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.stubs.receiver import receiving
from tests.stubs.sheets import StubSheets
from workers.doctor.checks import examine
from workers.doctor.finding import Finding, Result, Visit

KEY = "fdk_a-key-as-long-as-those-that-are-made"
UNUSED = ("data folder", "storage", "golden questions")
SECRET = "s3cret-word"


async def findings(stack: Stack, *, deep: bool = False, **settings: Any) -> dict[str, Finding]:
    """Return what the doctor finds, by the checks' names."""
    visit = Visit(stack.settings(**settings), deep=deep)
    found = {name: finding async for name, finding in examine(visit)}
    await visit.close()
    assert SECRET not in str(found)
    return found


def command(stack: Stack, *arguments: str, **settings: Any) -> CompletedProcess[str]:
    """Run the command as an operator would."""
    return frontdesk("doctor", *arguments, cwd=stack.data_dir, env=stack.environment(**settings))


async def test_a_healthy_desk_is_told_to_be_well(production_stack: Stack, llm: StubLLM, google: StubSheets) -> None:
    async with receiving() as receiver:
        settings = sheet_settings(google) | {
            "openai_base_url": llm.base_url,
            "openai_api_key": "sk-test",
            "chat_model": "stub",
            "fallback_base_url": llm.base_url,
            "fallback_model": "stub",
            "admin_api_key": KEY,
            "webhook_url": receiver.url,
            "webhook_secret": SECRET,
            "allowed_origins": "https://www.example.com",
        }
        async with running(production_stack, llm=llm, beats=1, **settings):
            done = await asyncio.to_thread(command, production_stack, "--json", "--deep", **settings)
            plain = await asyncio.to_thread(command, production_stack, **settings)
    found = json.loads(done.stdout)
    wrong = [row for row in found if row["result"] != "ok" and row["name"] not in UNUSED]
    assert (wrong, done.returncode, done.stderr) == ([], 0, "")
    assert (plain.stdout.splitlines()[-1], plain.returncode) == ("All is well.", 0)
    assert "\x1b" not in plain.stdout
    assert not any(secret in done.stdout + plain.stdout for secret in (SECRET, "sk-test", KEY, "PRIVATE KEY"))


async def test_every_wrong_setting_is_named_without_its_value(local_stack: Stack) -> None:
    done = command(local_stack, redis_url=f"http://{SECRET}", worker_slots=SECRET)
    assert done.returncode == 1
    assert "REDIS_URL: " in done.stdout
    assert "WORKER_SLOTS: " in done.stdout
    assert SECRET not in done.stdout + done.stderr


async def test_a_database_that_is_away_is_the_first_problem_and_the_rest_of_it_is_not_looked_at(
    local_stack: Stack,
) -> None:
    found = await findings(local_stack, database_url=f"mysql+aiomysql://desk:{SECRET}@127.0.0.1:1/desk")
    assert (found["database"].result, found["database version"].result) == (Result.PROBLEM, Result.SKIPPED)
    assert "127.0.0.1:1" in found["database"].detail
    assert "DATABASE_URL" in found["database"].advice


async def test_a_folder_that_nothing_is_kept_in_need_not_be_written_to(production_stack: Stack) -> None:
    assert (await findings(production_stack, data_dir="/proc/nobody"))["data folder"].result is Result.SKIPPED


async def test_a_database_without_tables_is_to_be_migrated(production_stack: Stack) -> None:
    production_stack.mariadb.sql("CREATE DATABASE bare")
    try:
        found = await findings(production_stack, database_url=f"{production_stack.mariadb.url}/bare")
    finally:
        production_stack.mariadb.sql("DROP DATABASE bare")
    assert found["database tables"].advice == "Run `frontdesk migrate`."
    assert found["operators"].result is Result.SKIPPED


async def test_a_table_that_can_not_hold_every_word_is_named(production_stack: Stack) -> None:
    name = production_stack.database_url.rpartition("/")[2]
    production_stack.mariadb.sql("ALTER TABLE kb_builds CONVERT TO CHARACTER SET latin1", database=name)
    found = (await findings(production_stack))["database modes"]
    assert (found.result, "kb_builds" in found.detail) == (Result.PROBLEM, True)


async def test_a_user_who_may_only_read_is_told_what_to_grant(production_stack: Stack) -> None:
    mariadb, name = production_stack.mariadb, production_stack.database_url.rpartition("/")[2]
    escaped, pattern = name.replace("_", "\\_"), f"{name[:4]}%"
    mariadb.sql(
        f"CREATE USER reader@'%' IDENTIFIED BY '{SECRET}'",
        f"GRANT SELECT ON `{escaped}`.* TO reader@'%'",
        f"GRANT UPDATE ON `{pattern}`.* TO reader@'%'",
        "CREATE DATABASE IF NOT EXISTS elsewhere",
        "GRANT INSERT ON elsewhere.* TO reader@'%'",
    )
    try:
        url = production_stack.database_url.replace("root@", f"reader:{SECRET}@")
        found = await findings(production_stack, database_url=url)
    finally:
        mariadb.sql("DROP USER reader@'%'", "DROP DATABASE elsewhere")
    assert "lacks INSERT, DELETE, CREATE" in found["database privileges"].detail
    assert "GRANT" in found["database privileges"].advice


async def test_a_redis_that_is_away_or_may_drop_jobs_is_told(local_stack: Stack) -> None:
    found = await findings(local_stack, redis_url=f"redis://:{SECRET}@127.0.0.1:1/0")
    assert (found["redis"].result, found["workers"].result) == (Result.PROBLEM, Result.SKIPPED)
    with Redis(maxmemory_policy="allkeys-lru", appendonly="no") as redis:
        with redis.client() as client:
            used = client.info("memory")["used_memory"]
        redis.call("CONFIG", "SET", "maxmemory", int(used * 1.1))
        found = await findings(local_stack, redis_url=redis.url)
        assert "noeviction" in found["redis keeps all"].advice
        assert "maxmemory" in found["redis memory"].advice
        redis.call("CONFIG", "SET", "maxmemory-policy", "noeviction")
        found = await findings(local_stack, redis_url=redis.url)
        assert found["redis keeps all"].advice == "Set appendonly yes."


async def test_a_desk_without_workers_and_beat_is_told_to_start_them(local_stack: Stack) -> None:
    session = await open_session(local_stack.database)
    await post(local_stack.database, session)
    ended = await open_session(local_stack.database)
    async with local_stack.database.engine.begin() as connection:
        overdue = {"expires_at": utc_now(-3600)}
        await connection.execute(update(sessions).where(sessions.c.id == ended.id).values(overdue))
    local_stack.redis.call("RPUSH", "leads", *map(str, range(2000)))
    found = await findings(local_stack)
    assert "-Q chat" in found["workers"].advice
    assert "Start beat" in found["beat"].advice
    assert "leads" in found["queues"].advice


async def test_a_knowledge_base_that_is_missing_or_stale_or_of_other_embeddings_is_to_be_built(
    local_stack: Stack, tmp_path: Path
) -> None:
    kb = tmp_path / "kb"
    found = await findings(local_stack, kb_dir=kb)
    assert "KB_DIR" in found["documents"].advice
    assert found["release"].advice == "Run `frontdesk kb build`."
    shutil.copytree(local_stack.kb_dir, kb)
    found = await findings(local_stack, kb_dir=kb, embeddings="openai", openai_base_url="http://127.0.0.1:1/v1")
    assert "was made with" in found["release"].detail
    (kb / "docs" / "new.md").write_text("# News\n\nThere are some.\n")
    found = await findings(local_stack, kb_dir=kb)
    assert (found["release"].result, found["release"].advice) == (Result.WARNING, "Run `frontdesk kb build`.")


async def test_a_storage_that_is_empty_or_can_not_be_one_is_told(local_stack: Stack, tmp_path: Path) -> None:
    found = await findings(local_stack, kb_storage=f"file://{tmp_path}/shared")
    assert (found["storage"].result, found["storage"].detail) == (Result.PROBLEM, "The storage holds no release.")
    found = await findings(local_stack, kb_storage=f"nonsense://user:{SECRET}@host/place")
    assert found["storage"].result is Result.PROBLEM


@pytest.mark.parametrize(
    ("mode", "model", "told"),
    [
        ("status_401", "stub", ("chat model", "OPENAI_API_KEY")),
        ("ok", "another", ("chat model", "Set CHAT_MODEL to one that it has: stub.")),
        ("status_500", "stub", ("chat model answers", "the desk quotes")),
    ],
)
async def test_a_model_that_does_not_answer_is_told_why(
    local_stack: Stack, llm: StubLLM, mode: str, model: str, told: tuple[str, str]
) -> None:
    llm.mode = mode
    settings = {"openai_base_url": llm.base_url, "openai_api_key": SECRET, "chat_model": model}
    found = (await findings(local_stack, deep=True, **settings))[told[0]]
    assert found.result is Result.PROBLEM
    assert told[1] in found.advice


async def test_nothing_that_costs_is_asked_unless_wanted(local_stack: Stack, llm: StubLLM) -> None:
    settings: dict[str, Any] = {"openai_base_url": llm.base_url, "openai_api_key": "sk-test", "embeddings": "openai"}
    await findings(local_stack, **settings)
    assert [request.path for request in llm.requests] == ["/v1/models"]
    await findings(local_stack, deep=True, **settings)
    assert {"/v1/chat/completions", "/v1/embeddings"} < {request.path for request in llm.requests}


async def test_a_model_that_was_switched_off_is_not_forgotten(local_stack: Stack) -> None:
    await local_stack.database.write(lambda uow: uow.spending.switch_model(on=False))
    found = (await findings(local_stack))["budgets"]
    assert found.result is Result.WARNING
    assert "frontdesk model on" in found.advice


@pytest.mark.parametrize(
    ("settings", "check", "words"),
    [
        ({"turn_heartbeat_seconds": 10}, "times", "TURN_LEASE_SECONDS"),
        ({"allowed_origins": "http://www.example.com"}, "websites", "https://"),
        ({"budget_day_money": 5}, "budgets", "CHAT_PRICE_OUT"),
        (
            {"fallback_model": "other", "fallback_base_url": "http://127.0.0.1:1/v1"},
            "fallback model",
            "FALLBACK_BASE_URL",
        ),
        ({"admin_api_key": "letmein"}, "operators", "keys create"),
        ({}, "operators", "keys create"),
        ({"data_dir": "/proc/nobody"}, "data folder", "DATA_DIR"),
        ({"webhook_url": "http://127.0.0.1:1/", "webhook_secret": SECRET}, "webhook", "WEBHOOK_URL"),
    ],
)
async def test_what_does_not_fit_is_told(local_stack: Stack, settings: dict[str, Any], check: str, words: str) -> None:
    found = (await findings(local_stack, **settings))[check]
    assert found.result in (Result.PROBLEM, Result.WARNING)
    assert words in found.advice
