"""Operators' routes open to an admin key and to nothing else, and nobody gets to try many."""

import asyncio
import re
from collections import Counter
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests import commands
from tests.faults.raw_http import check_decent, send
from tests.processes import ADMIN_KEY, Desk, desk_on
from tests.stack import Stack
from tests.visitor import Reply


def frontdesk(stack: Stack, *words: str) -> CompletedProcess[str]:
    return commands.frontdesk(*words, cwd=stack.data_dir, env=stack.environment())


def routes_of(desk: Desk) -> list[tuple[str, str]]:
    """Return every route for operators, with something in the place of ids."""
    paths = send(desk.url, "GET", "/openapi.json").json["paths"]
    named = [(method.upper(), path) for path, its in paths.items() if "/admin/" in path for method in its]
    return [(method, re.sub(r"{\w+_id}", "1", path)) for method, path in named]


async def test_without_a_key_every_route_says_that_it_takes_one(desk: Desk) -> None:
    routes = routes_of(desk)
    assert len(routes) >= 8
    for method, path in routes:
        for headers in ({}, {"Authorization": ADMIN_KEY}, {"Authorization": f"Basic {ADMIN_KEY}"}):
            answer = send(desk.url, method, path, headers=headers)
            check_decent(answer)
            assert (answer.status, answer.json["code"]) == (401, "admin_key_required"), (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_visitor_s_token_is_no_admin_key_and_an_admin_key_no_token(desk: Desk) -> None:
    """Fault 69: not on any route, and not for the visitor's own session either."""
    async with desk.visitor() as visitor:
        await visitor.open()
        for number, (method, path) in enumerate(
            [*routes_of(desk), ("GET", f"/v1/admin/sessions/{visitor.session_id}")]
        ):
            async with desk.visitor(token=visitor.token, address=f"127.0.1.{number + 1}") as elsewhere:
                refused = await elsewhere.call(method, path)
            assert (refused.status, refused.json["code"]) == (401, "invalid_admin_key"), (method, path)
        assert (await visitor.session())["turns"] == []
    async with desk.operator() as operator:
        for method, path in (("GET", "/v1/session"), ("POST", "/v1/leads"), ("DELETE", "/v1/session")):
            body = {"email": "ann@example.com", "consent": True} if method == "POST" else None
            refused = await operator.call(method, path, json=body)
            assert (refused.status, refused.json["code"]) == (401, "invalid_token"), path


async def test_wrong_keys_are_soon_not_listened_to_from_where_they_come(desk: Desk) -> None:
    """Fault 78: a flood, all at once; after five, not even the right key is listened to, from that address alone."""
    async with desk.operator(token="fdk_wrong", address="127.0.2.1") as attacker:
        flood = await asyncio.gather(*(attacker.call("GET", "/v1/admin/stats") for _ in range(30)))
        assert Counter(map(_code, flood)) == {"invalid_admin_key": 5, "too_many_attempts": 25}
        refused = await attacker.call("GET", "/v1/admin/stats")
        assert refused.status == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        attacker.token = ADMIN_KEY
        assert _code(await attacker.call("GET", "/v1/admin/stats")) == "too_many_attempts"
    async with desk.operator(address="127.0.2.2") as operator:
        assert (await operator.call("GET", "/v1/admin/stats")).status == 200


@pytest.mark.parametrize("key", ["", "fdk_", ADMIN_KEY + "x", ADMIN_KEY[:-1], ADMIN_KEY.upper(), "jösé", "x" * 7000])
async def test_a_key_has_to_be_the_whole_key(desk: Desk, key: str, request: pytest.FixtureRequest) -> None:
    place = request.node.callspec.indices["key"] + 1
    async with desk.visitor(address=f"127.0.3.{place}") as somebody:
        headers = {"Authorization": f"Bearer {key}"}
        refused = await somebody.call("GET", "/v1/admin/stats", headers=headers)
    assert refused.status == 401
    assert refused.json["code"] in {"invalid_admin_key", "admin_key_required"}


async def test_a_key_from_the_command_opens_until_it_is_revoked(stack: Stack) -> None:
    made = frontdesk(stack, "keys", "create", "--name", "Ann's laptop")
    assert (made.returncode, made.stderr) == (0, "")
    key = made.stdout.strip()
    assert key.startswith("fdk_")
    assert len(key) > 40
    desk = desk_on(stack, workers=0, admin_api_key="")
    try:
        await desk.start()
        async with desk.operator(token=key) as operator:
            assert (await operator.call("GET", "/v1/admin/stats")).status == 200
            listed = frontdesk(stack, "keys", "list").stdout
            assert "Ann's laptop" in listed
            assert "never used" not in listed
            assert key not in listed
            assert frontdesk(stack, "keys", "revoke", "1").returncode == 0
            assert _code(await operator.call("GET", "/v1/admin/stats")) == "invalid_admin_key"
            assert "revoked" in frontdesk(stack, "keys", "list").stdout
        assert _files_with(key, stack.data_dir) == []
    finally:
        desk.stop()
    again = frontdesk(stack, "keys", "revoke", "1")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)


async def test_a_desk_without_any_key_lets_nobody_in(stack: Stack) -> None:
    desk = desk_on(stack, workers=0, admin_api_key="")
    try:
        await desk.start()
        for key, code in (("", "admin_key_required"), ("fdk_any", "invalid_admin_key"), ("None", "invalid_admin_key")):
            async with desk.operator(token=key) as somebody:
                assert _code(await somebody.call("GET", "/v1/admin/stats")) == code
    finally:
        desk.stop()


def _files_with(text: str, folder: Path) -> list[Path]:
    """Return the logs and database files that have a text in them."""
    files = [*folder.glob("*.log"), *folder.glob("*.db*")]
    return [file for file in files if text.encode() in file.read_bytes()]


def _code(reply: Reply) -> str:
    return str(reply.json.get("code", ""))
