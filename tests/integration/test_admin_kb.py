"""Operators have releases built and published over HTTP, and see what came of it."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from shared.db.columns import utc_now
from shared.db.knowledge import SILENT_SECONDS, KnownRelease
from shared.db.models import kb_builds
from shared.db.unit_of_work import UnitOfWork
from shared.presence import FRESH_SECONDS
from shared.vocabulary import BuildStatus
from tests.eventually import eventually
from tests.processes import running
from tests.stack import Stack
from tests.visitor import Json, Visitor
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.kb.build import build_beside
from workers.kb.publish import current_release, publish_checked

ROUTE = "/v1/admin/kb"
UNKNOWN = "20260101-000000000-0123456789ab"


@pytest.fixture
def kb_dir(stack: Stack, tmp_path: Path) -> Path:
    """Give documents with a release that may be changed."""
    return Path(shutil.copytree(stack.kb_dir, tmp_path / "kb"))


async def order(uow: UnitOfWork) -> int:
    return await uow.knowledge.order(strict=False, publish=True)


async def told(operator: Visitor) -> Json:
    reply = await operator.call("GET", ROUTE)
    assert reply.status == 200, reply
    return reply.json  # type: ignore[no-any-return]


async def build(operator: Visitor) -> Json:
    """Order a build and return how it ended."""
    ordered = await operator.call("POST", f"{ROUTE}/builds", json={})
    assert ordered.status == 202, ordered

    await eventually(lambda: _has_ended(operator), within=60)
    return (await told(operator))["build"]  # type: ignore[no-any-return]


async def test_a_build_is_published_taken_up_and_gone_back_from(stack: Stack, kb_dir: Path) -> None:
    async with running(stack, kb_dir=kb_dir) as desk, desk.operator() as operator, desk.visitor() as visitor:
        first = (await _told_with_one(operator))["current"]
        (kb_dir / "docs" / "glazes.md").write_text("# Glazes\n\nA celadon glaze costs nine dollars a pint.\n")
        (kb_dir / "docs" / "broken.md").write_bytes(b"\xff\xfe\x00")
        ended = await build(operator)
        assert (ended["status"], ended["error"]) == ("done", None)
        assert any("broken.md" in problem for problem in ended["problems"])
        state = await told(operator)
        assert [one["is_current"] for one in state["releases"]] == [True, False]
        assert state["current"] == ended["release"] != first
        await eventually(lambda: _answers_from(operator, visitor, ended["release"]))
        assert (await operator.call("POST", f"{ROUTE}/releases/{first}/publish")).status == 202
        await eventually(lambda: _answers_from(operator, visitor, first), within=30)
        assert (await told(operator))["current"] == first


async def test_what_can_not_be_published_is_refused_by_name(stack: Stack, kb_dir: Path) -> None:
    async with running(stack, kb_dir=kb_dir) as desk, desk.operator() as operator:
        [release] = (await _told_with_one(operator))["releases"]
        unknown = await operator.call("POST", f"{ROUTE}/releases/{UNKNOWN}/publish")
        assert (unknown.status, unknown.json["code"]) == (404, "release_not_found")
        folder = current_release(kb_dir / ".index")
        assert folder is not None
        (folder / "passages.jsonl").write_bytes(b"{}")
        publish = f"{ROUTE}/releases/{release['release']}/publish"
        assert (await operator.call("POST", publish)).status == 202

        async def refused() -> bool:
            reply = await operator.call("POST", publish)
            return reply.status == 409 and "passages.jsonl" in reply.json["detail"]

        await eventually(refused)


async def test_why_an_order_to_publish_came_to_nothing_is_told_until_it_is_given_again(
    local_stack: Stack, kb_dir: Path, tmp_path: Path
) -> None:
    storage = tmp_path / "storage"
    storage.write_text("in the way of a folder")
    async with running(local_stack, kb_dir=kb_dir, kb_storage=storage.as_uri()) as desk, desk.operator() as operator:
        release = (await _told_with_one(operator))["current"]
        publish = f"{ROUTE}/releases/{release}/publish"

        async def fails() -> bool:
            [one] = (await told(operator))["releases"]
            assert one["problem"] is None
            return "storage" in (one["publish_error"] or "")

        assert not await fails()
        assert (await operator.call("POST", publish)).status == 202
        await eventually(fails)
        storage.unlink()

        async def works() -> bool:
            return not await fails()

        assert (await operator.call("POST", publish)).status == 202
        await eventually(works)


async def test_what_workers_tell_of_releases_leaves_failed_orders_noted_until_one_succeeds(stack: Stack) -> None:
    older, newer = (
        KnownRelease(
            name, is_current=False, built_at="2026-01-01", passages=1, documents=1, embedding="words", problem=None
        )
        for name in ("one", "two")
    )
    database = stack.database

    async def errors_after(*told: KnownRelease) -> list[str | None]:
        await database.write(lambda uow: uow.knowledge.tell_releases(told))
        return [one.publish_error for one in await database.read(lambda uow: uow.knowledge.releases())]

    assert await errors_after(older, newer) == [None, None]
    await database.write(lambda uow: uow.knowledge.publishing_failed("one", "away"))
    assert await errors_after(older, newer) == [None, "away"]
    assert await errors_after(replace(older, is_current=True), newer) == [None, None]


async def test_one_build_at_a_time(stack: Stack) -> None:
    async with running(stack, workers=0) as desk, desk.operator() as operator:
        assert (await operator.call("POST", f"{ROUTE}/builds")).status == 202
        second = await operator.call("POST", f"{ROUTE}/builds")
        assert (second.status, second.json["code"]) == (409, "kb_build_running")
        assert (await told(operator))["build"]["status"] == "queued"


async def test_a_build_that_is_ordered_while_redis_is_away_is_made_when_it_is_back(stack: Stack, kb_dir: Path) -> None:
    async with running(stack, kb_dir=kb_dir, beats=1) as desk, desk.operator() as operator:
        await _told_with_one(operator)
        (kb_dir / "docs" / "glazes.md").write_text("# Glazes\n\nA celadon glaze costs nine dollars a pint.\n")
        stack.redis.kill9()
        ordered = await operator.call("POST", f"{ROUTE}/builds", json={})
        assert ordered.status == 202, ordered
        assert (await operator.call("POST", f"{ROUTE}/builds", json={})).status == 409
        waiting = (await told(operator))["build"]
        assert (waiting["id"], waiting["status"]) == (ordered.json["build_id"], "queued")
        await eventually(lambda: "hints_lost" in desk.gateway.news)
        stack.redis.start()
        await eventually(lambda: _has_ended(operator), within=90)
        state = await told(operator)
        assert (state["build"]["id"], state["build"]["status"]) == (waiting["id"], "done")
        assert state["current"] == state["build"]["release"]


async def test_operators_see_which_worker_answers_from_which_release(local_stack: Stack, tmp_path: Path) -> None:
    kb_dir = Path(shutil.copytree(local_stack.kb_dir, tmp_path / "kb"))
    first = current_release(kb_dir / ".index")
    assert first is not None
    second = (await build_beside(kb_dir, BundledEmbeddings(), force=True)).release
    async with running(local_stack, kb_dir=kb_dir, workers=2) as desk, desk.operator() as operator:

        async def loaded_are(*releases: str) -> bool:
            state = await told(operator)
            has = [worker["release"] for worker in state["workers"]]
            assert state["loaded"] == (has[0] if len({*has}) == 1 else None)
            return sorted(has) == sorted(releases)

        await eventually(lambda: loaded_are(first.name, first.name))
        desk.workers[1].pause()
        await asyncio.to_thread(publish_checked, kb_dir / ".index", second, BundledEmbeddings())
        await eventually(lambda: loaded_are(first.name, second))
        desk.workers[1].resume()
        await eventually(lambda: loaded_are(second, second))
        desk.workers[1].kill9()
        await eventually(lambda: loaded_are(second), within=2 * FRESH_SECONDS)
        local_stack.redis.kill9()
        state = await told(operator)
        assert (state["current"], state["loaded"], state["workers"]) == (second, None, None)


async def test_builds_are_taken_up_one_at_a_time_in_the_order_they_were_ordered(stack: Stack) -> None:
    async def due() -> int | None:
        return await stack.database.read(lambda uow: uow.knowledge.due_build())

    first, second = await stack.database.write(order), await stack.database.write(order)
    assert await due() == first
    begun = await stack.database.write(lambda uow: uow.knowledge.begin(first))
    assert begun
    assert await stack.database.write(lambda uow: uow.knowledge.begin(first)) is None
    assert await due() is None
    await stack.database.write(lambda uow: uow.knowledge.finish(begun, None, [], None))
    assert await due() == second


async def fall_silent(uow: UnitOfWork) -> None:
    """Let every build have been heard of long ago."""
    await uow.connection.execute(update(kb_builds).values(heard_at=utc_now(-SILENT_SECONDS - 1)))


async def test_a_build_whose_worker_died_is_begun_again_and_nobody_listens_to_that_worker_any_more(
    stack: Stack,
) -> None:
    number = await stack.database.write(order)
    died = await stack.database.write(lambda uow: uow.knowledge.begin(number))
    assert await stack.database.write(lambda uow: uow.knowledge.begin(number)) is None
    await stack.database.write(fall_silent)
    assert await stack.database.read(lambda uow: uow.knowledge.due_build()) == number
    heir = await stack.database.write(lambda uow: uow.knowledge.begin(number))
    assert died
    assert heir
    assert (died.attempt, heir.attempt) == (1, 2)
    await stack.database.write(lambda uow: uow.knowledge.finish(died, None, [], "It was frozen."))
    await stack.database.write(lambda uow: uow.knowledge.finish(heir, "r1", [], None))
    last = await stack.database.read(lambda uow: uow.knowledge.last_build())
    assert last
    assert (last.status, last.release, last.error) == (BuildStatus.DONE, "r1", None)


async def test_a_build_that_waits_long_still_waits_and_one_that_died_twice_holds_up_nobody(stack: Stack) -> None:
    async def last_is(status: BuildStatus) -> bool:
        last = await stack.database.read(lambda uow: uow.knowledge.last_build())
        return last is not None and last.status is status

    died = await stack.database.write(order)
    await stack.database.write(fall_silent)
    assert await last_is(BuildStatus.QUEUED)
    for then in (BuildStatus.QUEUED, BuildStatus.FAILED):
        await stack.database.write(lambda uow: uow.knowledge.begin(died))
        assert await last_is(BuildStatus.RUNNING)
        await stack.database.write(fall_silent)
        assert await last_is(then)
    later = await stack.database.write(order)
    assert await stack.database.read(lambda uow: uow.knowledge.due_build()) == later


async def _told_with_one(operator: Visitor) -> Json:
    async def is_told() -> bool:
        return len((await told(operator))["releases"]) == 1

    await eventually(is_told)
    return await told(operator)


async def _has_ended(operator: Visitor) -> bool:
    return bool((await told(operator))["build"]["finished_at"])


async def _answers_from(operator: Visitor, visitor: Visitor, release: str) -> bool:
    await visitor.ask("How do refunds work?")
    session = (await visitor.session())["session_id"]
    turns = (await operator.call("GET", f"/v1/admin/sessions/{session}")).json["turns"]
    return bool(turns[-1]["kb_release"] == release)
