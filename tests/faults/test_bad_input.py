"""Whatever is sent instead of a decent request: a clear refusal with a code, nothing stored, and never a 5xx."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.faults.raw_http import Answer, check_decent, send
from tests.processes import Desk
from tests.visitor import Visitor

JSON: Final = "application/json"
ID: Final = "m-1"
BODY_LIMIT: Final = 16 * 1024


def message(text: Any, **more: Any) -> bytes:
    return json.dumps({"message": text, "client_message_id": ID, **more}).encode()


def quoted(text: str) -> bytes:
    """Return a message's body whose text is spelled as given, between the quotes."""
    return f'{{"message":"{text}","client_message_id":"{ID}"}}'.encode()


BAD_BODIES: Final[dict[str, tuple[bytes, int]]] = {
    "nothing": (b"", 422),
    "an empty message": (message(""), 422),
    "only blanks": (message(" \n\t\u2003"), 422),
    "no message": (b'{"client_message_id":"m-1"}', 422),
    "no id": (b'{"message":"Hello"}', 422),
    "a field that is not known": (message("Hello", session_id="0" * 32), 422),
    "NUL": (message("a\0b"), 422),
    "half a surrogate pair": (quoted(r"a\ud800b"), 422),
    "the other half": (quoted(r"\udc00"), 422),
    "a pair the wrong way round": (quoted(r"\udc00\ud800"), 422),
    "a raw surrogate": (b'{"message":"\xed\xa0\x80","client_message_id":"m-1"}', 422),
    "a surrogate as a field's name": (b'{"\\ud800":1,"message":"Hello","client_message_id":"m-1"}', 422),
    "a surrogate as the id": (b'{"message":"Hello","client_message_id":"\\udfff"}', 422),
    "bytes that are not UTF-8": (b'{"message":"\xff\xfe","client_message_id":"m-1"}', 422),
    "a message longer than allowed": (message("x" * 4001), 422),
    "a message longer than any": (message("x" * 9000), 422),
    "16 KB": (message("x" * BODY_LIMIT), 413),
    "1 MB": (message("x" * 1_000_000), 413),
    "an id with spaces": (b'{"message":"Hello","client_message_id":"a b"}', 422),
    "an id with a line end": (b'{"message":"Hello","client_message_id":"a\\n"}', 422),
    "an id that is too long": (json.dumps({"message": "Hello", "client_message_id": "x" * 65}).encode(), 422),
    "JSON cut short": (message("Hello")[:-1], 422),
    "no JSON": (b"message=Hello", 422),
    "two values": (message("Hello") * 2, 422),
    "not a number": (b"NaN", 422),
    "a number of 5000 digits": (b'{"message":' + b"7" * 5000 + b"}", 422),
    "lists nested 16,000 deep": (b"[" * 16_000, 422),
    "objects nested 2,000 deep": (b'{"message":' * 1400, 422),
    **{f"as message: {value!r}": (message(value), 422) for value in (None, 1, True, 1.5, [], ["Hello"], {}, {"a": 1})},
    **{f"as body: {body!r}": (body, 422) for body in (b"null", b"true", b"1", b'"Hello"', b"[]", b"[{}]", b"{}")},
}
CODES: Final = {413: {"body_too_large"}, 422: {"invalid_request", "message_too_long"}}

FOREIGN_TYPES: Final = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain; charset=utf-8; x=application/json",
    "application/xml",
    "json",
    "",
    None,
)
FORGED_TOKENS: Final[tuple[bytes | None, ...]] = (
    None, b"", b"Bearer", b"Bearer ", b"Bearer fds_forged", b"Bearer " + b"x" * 7000, b"Basic dTpw", b"fds_forged",
    b"Bearer \xff\xfe", "Bearer jösé".encode(), b"Bearer \xed\xa0\x80", b"Bearer a b", b"Bearer ' OR 1=1 --",
)  # fmt: skip


async def test_a_message_that_can_t_be_taken_is_refused_with_its_reason_and_leaves_nothing(desk: Desk) -> None:
    """Fault 77: oversized, nested and half-encoded bodies, wrong types, no JSON at all."""
    async with desk.visitor() as visitor:
        await visitor.open()
        for name, (body, status) in BAD_BODIES.items():
            answer = await _post(visitor, body, {"Content-Type": JSON})
            assert (answer.status, name) == (status, name)
            check_decent(answer)
            assert answer.json["code"] in CODES[status], name
        assert (await visitor.session())["turns"] == []
        assert (await visitor.post("Hello", ID)).created


async def test_the_longest_message_of_the_widest_characters_is_taken_whole(desk: Desk) -> None:
    """Fault 77: what is within the limits is not refused, and comes back as it was sent."""
    longest = "🚲" * 3999 + "\U0010ffff"
    async with desk.visitor() as visitor:
        await visitor.open()
        body = json.dumps({"message": longest, "client_message_id": "x" * 64}, ensure_ascii=False).encode()
        assert (await _post(visitor, body, {"Content-Type": JSON})).status == 202
        [turn] = (await visitor.session())["turns"]
    assert turn["message"] == longest


async def test_a_form_of_another_website_can_post_nothing(desk: Desk) -> None:
    """Fault 74: what a browser sends elsewhere without asking first is refused, and no cookie is ever set."""
    async with desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post("Hello", "first")
        calls = [
            ("POST", "/v1/sessions", b'{"locale":"en"}'),
            ("POST", "/v1/turns", message("Hello")),
            ("PUT", f"/v1/turns/{posted.turn_id}/rating", b'{"rating":"up"}'),
            ("POST", "/v1/leads", b'{"email":"ann@example.com","consent":true}'),
        ]
        for method, path, body in calls:
            for content_type in FOREIGN_TYPES:
                headers = {} if content_type is None else {"Content-Type": content_type}
                answer = await _send(visitor, method, path, body, headers)
                assert answer.status in {415, 422}, (path, content_type)
                check_decent(answer)
        session = await visitor.session()
        [turn] = session["turns"]
    assert (turn["message"], turn["rating"], session["lead"]["step"]) == ("Hello", None, "idle")


async def test_no_call_is_allowed_by_a_cookie_and_none_sets_one(desk: Desk) -> None:
    """Fault 74: the token counts in its header alone; in a cookie or the query it opens nothing."""
    async with desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post("Hello")
        cookies = "; ".join(f"{name}={visitor.token}" for name in ("token", "session", "session_id", "Authorization"))
        query = f"?token={visitor.token}&access_token={visitor.token}"
        for method, path, body in _calls(posted.turn_id):
            answer = await asyncio.to_thread(
                send, desk.url, method, path + query, headers={"Cookie": cookies, "Content-Type": JSON}, body=body
            )
            assert answer.status == (201 if path == "/v1/sessions" else 401), path
            check_decent(answer)
            allowed = await _send(visitor, method, path, body, {"Content-Type": JSON})
            assert allowed.status < 300, (path, allowed)
            check_decent(allowed)


async def test_an_empty_field_counts_as_none_and_browsers_odd_locales_are_taken(desk: Desk) -> None:
    async with desk.visitor() as visitor:
        for opening in ({"locale": "", "page_url": ""}, {"locale": "de-DE-u-co-phonebk"}, {"locale": "zh-Hans-CN"}):
            await visitor.open(**opening)
        posted = await visitor.post("Hello")
        rating = {"rating": "up", "comment": ""}
        assert (await visitor.call("PUT", f"/v1/turns/{posted.turn_id}/rating", json=rating)).status == 204


@pytest.mark.parametrize("path", ["/v1/session", "/v1/turns/0/events", "/v1/session/events"])
async def test_a_token_that_opens_no_session_is_refused_alike_whatever_it_is(desk: Desk, path: str) -> None:
    """Forged, empty, half-encoded or of another scheme: always the same 401."""
    for token in FORGED_TOKENS:
        headers = {} if token is None else {"Authorization": token}
        answer = await asyncio.to_thread(send, desk.url, "GET", path, headers=headers)
        check_decent(answer)
        assert (answer.status, answer.json["code"]) == (401, "invalid_token"), token
        assert answer.headers["www-authenticate"] == "Bearer"


def _calls(turn_id: str) -> list[tuple[str, str, bytes | None]]:
    """Return every call of a visitor, the last of which ends the session."""
    turn = f"/v1/turns/{turn_id}"
    return [
        ("POST", "/v1/sessions", b"{}"),
        ("GET", "/v1/session", None),
        ("GET", "/v1/session/events", None),
        ("POST", "/v1/turns", message("Hello again")),
        ("GET", turn, None),
        ("GET", f"{turn}/events", None),
        ("POST", f"{turn}/cancel", None),
        ("PUT", f"{turn}/rating", b'{"rating":"down"}'),
        ("POST", "/v1/leads", b'{"email":"ann@example.com","consent":true}'),
        ("DELETE", "/v1/session", None),
    ]


async def _post(visitor: Visitor, body: bytes, headers: dict[str, str]) -> Answer:
    return await _send(visitor, "POST", "/v1/turns", body, headers)


async def _send(visitor: Visitor, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    headers = {"Authorization": f"Bearer {visitor.token}", **headers}
    return await asyncio.to_thread(send, visitor.url, method, path, headers=headers, body=body)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/v1/session", "DELETE, GET"), ("/v1/turns", "POST"), ("/healthz", "GET, HEAD"), ("/readyz", "GET, HEAD")],
)
async def test_what_can_t_be_done_with_a_path_is_answered_with_all_that_can(
    desk: Desk, path: str, allowed: str
) -> None:
    answer = await asyncio.to_thread(send, desk.url, "PATCH", path)
    assert (answer.status, answer.headers["allow"]) == (405, allowed)
