"""`/readyz` tells the truth about whatever is missing, and it tells it in time."""

import asyncio
from pathlib import Path
from typing import Any, Final

from sqlalchemy import update

from shared.db.columns import utc_now
from shared.db.models import turns
from shared.db.unit_of_work import UnitOfWork
from tests.eventually import eventually
from tests.processes import Desk, running
from tests.stack import Stack
from tests.stubs.proxy import Proxy
from tests.visitor import Json

REFUNDS: Final = "How do refunds work?"
IN_TIME_SECONDS: Final = 8.0  # two on a machine that has time; nothing that it asks would have given up by then


async def readiness(desk: Desk) -> tuple[int, Json]:
    """Return what the desk says of itself."""
    async with desk.visitor() as anybody, asyncio.timeout(IN_TIME_SECONDS):
        reply = await anybody.call("GET", "/readyz")
        in_short = await anybody.call("HEAD", "/readyz")
    assert in_short.status in {200, 503}
    if reply.status != 200:
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert int(reply.headers["Retry-After"]) > 0
        assert (reply.json["code"], reply.json["status"]) == ("not_ready", 503)
    return reply.status, reply.json


async def lacking(desk: Desk) -> str:
    """Return what the desk says that it lacks, once it is not ready."""
    status, told = await readiness(desk)
    assert status == (503 if told["detail"] else 200)
    return told["detail"]  # type: ignore[no-any-return]


async def test_a_whole_desk_is_ready(stack: Stack) -> None:
    async with running(stack) as desk:
        await eventually(lambda: _is_ready(desk))
        _, told = await readiness(desk)
    assert told["database"] is told["redis"] is told["worker"] is True
    assert told["release"]
    assert told["oldest_due_turn_seconds"] == 0


async def _is_ready(desk: Desk) -> bool:
    return not await lacking(desk)


async def test_no_worker_and_a_turn_that_waits_for_one(stack: Stack) -> None:
    async with running(stack, workers=0) as desk, desk.visitor() as visitor:
        assert await lacking(desk) == "no worker takes turns"
        await visitor.open()
        await visitor.post(REFUNDS)
        await stack.database.write(_age_turns)
        status, told = await readiness(desk)
    assert status == 503
    assert told["detail"].startswith("no worker takes turns; a turn has waited for 6")
    assert told["oldest_due_turn_seconds"] > 60


async def _age_turns(uow: UnitOfWork) -> None:
    since = utc_now(-65)
    await uow.connection.execute(update(turns).values(created_at=since, next_attempt_at=since))


async def test_a_worker_without_a_release(local_stack: Stack, tmp_path: Path) -> None:
    empty = tmp_path / "no-documents"
    empty.mkdir()
    async with running(local_stack, kb_dir=empty) as desk:
        await eventually(lambda: _lacks(desk, "no release of the knowledge base is loaded"))


async def test_no_redis(stack: Stack) -> None:
    async with running(stack, workers=0) as desk:
        stack.redis.kill9()
        assert await lacking(desk) == "Redis is away"
        stack.redis.start()
        await eventually(lambda: _lacks(desk, "no worker takes turns"))


async def test_no_database(production_stack: Stack) -> None:
    async with running(production_stack) as desk:
        await eventually(lambda: _is_ready(desk))
        production_stack.mariadb.kill9()
        assert await lacking(desk) == "the database is away"
        production_stack.mariadb.start()
        await eventually(lambda: _is_ready(desk), within=30)


async def _lacks(desk: Desk, what: str) -> bool:
    return await lacking(desk) == what


async def test_black_holes_are_told_of_in_time(production_stack: Stack) -> None:
    """Both connections stand, and nothing answers on them: neither would give up by itself for much longer."""
    with Proxy(production_stack.database_url) as database, Proxy(production_stack.redis.url) as redis:
        urls: dict[str, Any] = {"database_url": database.url, "redis_url": redis.url}
        async with running(production_stack, workers=0, **urls) as desk:
            assert await lacking(desk) == "no worker takes turns"
            database.blackhole()
            redis.blackhole()
            for _ in range(3):  # whose connections were cut off must not hold up the next
                assert await lacking(desk) == "the database is away; Redis is away"
            assert desk.gateway.is_ready()
            database.heal()
            redis.heal()
            await eventually(lambda: _lacks(desk, "no worker takes turns"), within=30)
