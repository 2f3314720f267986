"""One visitor's token and another's ids: nothing is told, not even that they exist, and nothing is changed."""

import statistics
import time
from typing import Any, Final

from shared.ids import new_id
from tests.faults.strange_requests import IN_BRACES
from tests.processes import Desk
from tests.visitor import Json, Reply

ROUNDS: Final = 60
VARIABLE: Final = ("date", "x-request-id")
BODIES: Final[dict[str, Json]] = {"put": {"rating": "down"}}

Call = tuple[str, str, Json | None]


def calls_that_name_a_turn(document: Json) -> list[Call]:
    """Return every documented call of visitors' with an id in its path, and a decent body for those that take one."""
    paths = [(path, its) for path, its in document["paths"].items() if "{" in path and "/admin/" not in path]
    named = [(method.upper(), path, BODIES.get(method)) for path, its in paths for method in its]
    return [*named, ("GET", "/v1/turns/{turn_id}?after=1001-1&wait=0.1", None)]


async def test_another_session_s_turn_is_answered_exactly_like_one_that_never_was(desk: Desk) -> None:
    """Fault 69: token A and the ids of B, on every route. The 404 is that of an unknown id, but for its request id."""
    async with desk.visitor() as owner, desk.visitor() as stranger:
        answered = await owner.ask("How do refunds work?")
        await stranger.open()
        running = await owner.post("[[stub:stall_mid]]")
        calls = calls_that_name_a_turn((await stranger.call("GET", "/openapi.json")).json)
        assert len(calls) >= 5
        for turn_id in (answered["turn_id"], running.turn_id, owner.session_id):
            for method, path, body in calls:
                places = [IN_BRACES.sub(one, path) for one in (turn_id, new_id())]
                replies = [await stranger.call(method, place, json=body) for place in places]
                assert _told(replies[0]) == _told(replies[1])
                assert (replies[0].status, replies[0].json["code"]) == (404, "not_found"), (method, path)
        assert (await owner.turn(running))["status"] in {"queued", "running"}
        assert (await owner.session())["turns"][0]["rating"] is None
        await owner.cancel(running)


async def test_the_time_of_a_refusal_does_not_tell_whether_the_turn_exists(desk: Desk) -> None:
    """Fault 69: another's turn, asked for in turns with an unknown one. Neither takes noticeably longer."""
    async with desk.visitor() as owner, desk.visitor() as stranger:
        foreign = (await owner.ask("How do refunds work?"))["turn_id"]
        await stranger.open()
        seconds: dict[bool, list[float]] = {True: [], False: []}
        for n in range(2 * ROUNDS):
            path = f"/v1/turns/{foreign if n % 2 else new_id()}"
            begun = time.perf_counter()
            assert (await stranger.call("GET", path)).status == 404
            seconds[bool(n % 2)].append(time.perf_counter() - begun)
    quick, slow = sorted(statistics.median(its) for its in seconds.values())
    assert slow - quick < 0.5 * quick


async def test_ids_and_tokens_that_a_client_makes_up_are_ignored_or_refused(desk: Desk) -> None:
    """Fault 70: whoever plants a session id or a token in somebody's browser finds nothing of theirs under it."""
    async with desk.visitor() as attacker, desk.visitor() as victim:
        planted = await attacker.open()
        token, session_id = planted["token"], planted["session_id"]
        for body in ({"session_id": session_id}, {"token": token}, {"id": session_id}):
            refused = await victim.call("POST", "/v1/sessions", json=body)
            assert (refused.status, refused.json["code"]) == (422, "invalid_request")
        headers = {
            "Cookie": f"session_id={session_id}; token={token}; session={token}",
            "X-Session-ID": session_id,
            "X-Session-Token": token,
            "Authorization": f"Bearer {token}",
        }
        query = f"?session_id={session_id}&token={token}&id={session_id}"
        opened = (await victim.call("POST", f"/v1/sessions{query}", headers=headers)).json
        assert opened["session_id"] != session_id
        assert opened["token"] != token
        victim.token = opened["token"]
        del headers["Authorization"]
        posted = await victim.call(
            "POST", f"/v1/turns{query}", headers=headers, json={"message": "Hello", "client_message_id": "1"}
        )
        assert posted.status == 202
        assert (await victim.call("GET", f"/v1/session{query}", headers=headers)).json["session_id"] == opened[
            "session_id"
        ]
        assert (await attacker.session())["turns"] == []


def _told(reply: Reply) -> Any:
    """Return all that a refusal tells but what is new each time."""
    headers = {name.lower(): value for name, value in reply.headers.items() if name.lower() not in VARIABLE}
    return reply.status, headers, reply.json | {"request_id": len(reply.json["request_id"])}
