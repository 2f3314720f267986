"""A request's id is in its answer, in the gateway's lines about it, and in the worker's about its turn."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from shared.ids import is_id
from tests.eventually import eventually
from tests.processes import Part, running
from tests.stack import Stack
from tests.visitor import Visitor

REFUNDS: Final = "How do refunds work?"
GIVEN: Final = "3f2a9c04d1e84b7790aa51c2f6b8e013"
ROUTES = {"/v1/sessions", "/v1/turns/{turn_id}", "/v1/admin/leads", "none"}


def lines_of(part: Part) -> Iterator[dict[str, Any]]:
    """Yield the lines that a process has logged."""
    for line in part.log.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def line_of(part: Part, event: str, **about: Any) -> dict[str, Any] | None:
    """Return the newest line that tells so."""
    told = [line for line in lines_of(part) if line["event"] == event and about.items() <= line.items()]
    return told[-1] if told else None


async def test_a_turn_is_followed_by_its_ids_from_the_request_to_the_answer(stack: Stack) -> None:
    async with running(stack, log_format="json") as desk, desk.visitor(headers={"X-Request-ID": GIVEN}) as visitor:
        session = await visitor.open()
        turn = await visitor.ask(REFUNDS)
        await eventually(lambda: line_of(desk.worker, "turn_ended"))
        posted = line_of(desk.gateway, "request", method="POST", route="/v1/turns")
        ended = line_of(desk.worker, "turn_ended")
    assert posted
    assert ended
    ids = {"request_id": GIVEN, "session_id": session["session_id"], "turn_id": turn["turn_id"]}
    assert ids.items() <= posted.items()
    assert ids.items() <= ended.items()
    assert posted["status"] == 202
    assert posted["ms"] > 0


async def test_a_line_tells_the_route_and_nothing_that_was_sent(local_stack: Stack) -> None:
    async with running(local_stack, workers=0, log_format="json", log_level="DEBUG") as desk:
        async with desk.visitor() as visitor, desk.operator() as operator:
            await visitor.open()
            await visitor.call("GET", "/v1/turns/0123456789abcdef0123456789abcdef?after=canary-query")
            await visitor.call("GET", "/canary-path")
            await operator.call("GET", "/v1/admin/leads?q=canary-search")
        await eventually(
            lambda: {line["route"] for line in lines_of(desk.gateway) if line["event"] == "request"} >= ROUTES
        )
        assert "canary" not in desk.gateway.log


@pytest.mark.parametrize(
    "strange", ["", "short", "with space", "a" * 65, "ann@example.com", "+12015550117", "ümläutümläut"]
)
async def test_an_id_that_is_none_is_replaced(local_stack: Stack, strange: str) -> None:
    async with running(local_stack, workers=0) as desk:
        headers = {"X-Request-ID": strange}
        async with Visitor(desk.url, headers=headers) as visitor:
            found = await visitor.call("GET", "/v1/session")
    assert found.status == 401
    assert is_id(found.headers["X-Request-ID"])
    assert found.json["request_id"] == found.headers["X-Request-ID"]


async def test_every_answer_names_its_request(local_stack: Stack) -> None:
    async with running(local_stack, workers=0) as desk:
        for path in ("/", "/healthz", "/v1/session", "/nowhere", "/static/chat.js"):
            async with Visitor(desk.url, headers={"X-Request-ID": GIVEN}) as visitor:
                answer = await visitor.call("GET", path)
            assert answer.headers.getall("X-Request-ID") == [GIVEN]  # type: ignore[attr-defined]  # aiohttp's
