"""Operators have releases built and published over HTTP, and see what came of it."""

import shutil
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.processes import running
from tests.stack import Stack
from tests.visitor import Json, Visitor
from workers.kb.publish import current_release

ROUTE = "/v1/admin/kb"
UNKNOWN = "20260101-000000000-0123456789ab"


@pytest.fixture
def kb_dir(stack: Stack, tmp_path: Path) -> Path:
    """Give documents with a release that may be changed."""
    return Path(shutil.copytree(stack.kb_dir, tmp_path / "kb"))


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


async def test_one_build_at_a_time(stack: Stack) -> None:
    async with running(stack, workers=0) as desk, desk.operator() as operator:
        assert (await operator.call("POST", f"{ROUTE}/builds")).status == 202
        second = await operator.call("POST", f"{ROUTE}/builds")
        assert (second.status, second.json["code"]) == (409, "kb_build_running")
        assert (await told(operator))["build"]["status"] == "queued"


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
