"""The OpenAPI document and the desk agree, whatever is sent: no 5xx, and no answer that is not in the document."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings

from tests.faults.raw_http import MEDIA_TYPE, PROBLEM, Answer, check_decent, send
from tests.faults.strange_requests import JSON, Request, Schema, requests, resolved
from tests.processes import Desk

OPERATIONS: Final = (
    "POST /v1/sessions",
    "GET /v1/session",
    "DELETE /v1/session",
    "POST /v1/turns",
    "GET /v1/turns/{turn_id}",
    "GET /v1/turns/{turn_id}/events",
    "POST /v1/turns/{turn_id}/cancel",
    "PUT /v1/turns/{turn_id}/rating",
    "GET /v1/session/events",
)
HEALTH: Final = ("GET /healthz", "GET /readyz")
EVERY_CALL: Final = {"413", "422", "503"}

Calls = dict[str, Schema]


class Contract(NamedTuple):
    """The document, and its operations by method and path."""

    document: Schema
    calls: Calls


@pytest.fixture
def contract(desk: Desk) -> Contract:
    """Give the desk's OpenAPI document."""
    document = send(desk.url, "GET", "/openapi.json").json
    paths = document["paths"].items()
    return Contract(document, {f"{method.upper()} {path}": call for path, its in paths for method, call in its.items()})


def test_every_call_of_visitors_is_tried_and_its_refusals_are_described(contract: Contract) -> None:
    visitors = {name for name in contract.calls if "/admin/" not in name}
    assert visitors == {*OPERATIONS, *HEALTH}
    assert contract.document["components"]["schemas"]["Problem"]["properties"].keys() == PROBLEM
    for name in OPERATIONS:
        described = contract.calls[name]["responses"]
        assert described.keys() >= EVERY_CALL, name
        refusals = [response for status, response in described.items() if int(status) >= 400]
        assert all(one["content"][MEDIA_TYPE]["schema"]["$ref"].endswith("/Problem") for one in refusals)
    assert not list(_dangling(contract.document, contract.document))


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_sent_the_answer_is_one_that_the_document_describes(
    desk: Desk, contract: Contract, name: str
) -> None:
    """Fault 77, and every "bad input": paths, queries, headers and bodies of any shape, at every call."""
    operation = contract.calls[name]
    method, _, path = name.partition(" ")
    sender = Sender(desk)

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(request=requests(contract.document, path, operation))
    def check(request: Request) -> None:
        answer = sender.send(method, request)
        check_decent(answer)
        _check_described(answer, operation["responses"], contract.document)

    check()


class Sender:
    """A visitor with an answered turn; with a new session once the old one was erased."""

    def __init__(self, desk: Desk) -> None:
        self._url = desk.url
        self._open()

    def send(self, method: str, request: Request) -> Answer:
        """Send a request, with the session's token unless it brings its own."""
        headers = {"Authorization": f"Bearer {self._token}".encode()} | request.headers
        path = request.path.replace("{turn_id}", self._turn_id)
        answer = send(self._url, method, path, headers=headers, body=request.body)
        if method == "DELETE" and answer.status < 300:
            self._open()
        return answer

    def _open(self) -> None:
        self._token = send(self._url, "POST", "/v1/sessions").json["token"]
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": JSON}
        body = b'{"message":"Hello","client_message_id":"first"}'
        self._turn_id = send(self._url, "POST", "/v1/turns", headers=headers, body=body).json["turn_id"]


def _check_described(answer: Answer, described: Schema, document: Schema) -> None:
    assert str(answer.status) in described, answer
    content = described[str(answer.status)].get("content")
    if not content:
        assert answer.body == b""
        return
    assert answer.media_type in content, answer
    if answer.media_type == JSON:
        fields = resolved(content[JSON]["schema"], document).get("properties")
        assert fields is None or fields.keys() == answer.json.keys()


def _dangling(part: Any, document: Schema) -> Iterator[str]:
    """Yield the references of the document that lead nowhere."""
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for one in inner:
        yield from _dangling(one, document)
    if isinstance(part, dict) and isinstance(part.get("$ref"), str):
        try:
            resolved(part, document)
        except KeyError:
            yield part["$ref"]
