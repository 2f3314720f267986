"""The OpenAPI document and the desk agree, whatever is sent: no 5xx, and no answer that is not in the document."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings

from tests.faults.raw_http import MEDIA_TYPE, PROBLEM, Answer, check_decent, send
from tests.faults.strange_requests import JSON, Request, Schema, requests, resolved
from tests.processes import ADMIN_KEY, Desk
from tests.shared_desks import SharedDesks

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
    "POST /v1/leads",
)
FOR_OPERATORS: Final = (
    "GET /v1/admin/leads",
    "GET /v1/admin/leads.csv",
    "GET /v1/admin/leads/{lead_id}",
    "PATCH /v1/admin/leads/{lead_id}",
    "DELETE /v1/admin/leads/{lead_id}",
    "GET /v1/admin/sessions/{session_id}",
    "GET /v1/admin/stats",
    "GET /v1/admin/sheets",
    "POST /v1/admin/sheets/sync",
    "POST /v1/admin/sheets/reconcile",
    "POST /v1/admin/webhook/retry",
    "GET /v1/admin/kb",
    "POST /v1/admin/kb/builds",
    "POST /v1/admin/kb/releases/{release}/publish",
    "GET /v1/admin/model",
    "PUT /v1/admin/model",
    "GET /v1/admin/unanswered",
    "PATCH /v1/admin/unanswered/{group_id}",
    "GET /v1/admin/audit",
)
HEALTH: Final = ("GET /healthz", "GET /readyz", "GET /metrics")
EVERY_CALL: Final = {"413", "422", "503"}

LEAD: Final = b'{"name":"Ann","email":"contract@example.com","consent":true}'

Calls = dict[str, Schema]


class Contract(NamedTuple):
    """The document, and its operations by method and path."""

    document: Schema
    calls: Calls


@pytest.fixture(params=["local", "production"])
def desk(request: pytest.FixtureRequest, reckless_desks: SharedDesks) -> Desk:
    """Give a desk whose operators do whatever comes into their heads."""
    return reckless_desks.of(request.param)


@pytest.fixture
def contract(desk: Desk) -> Contract:
    """Give the desk's OpenAPI document."""
    document = send(desk.url, "GET", "/openapi.json").json
    paths = document["paths"].items()
    return Contract(document, {f"{method.upper()} {path}": call for path, its in paths for method, call in its.items()})


def test_every_call_is_tried_and_its_refusals_are_described(contract: Contract) -> None:
    assert contract.calls.keys() == {*OPERATIONS, *FOR_OPERATORS, *HEALTH}
    assert contract.document["components"]["schemas"]["Problem"]["properties"].keys() == PROBLEM
    for name in (*OPERATIONS, *FOR_OPERATORS):
        described = contract.calls[name]["responses"]
        assert described.keys() >= EVERY_CALL, name
        refusals = [response for status, response in described.items() if int(status) >= 400]
        assert all(one["content"][MEDIA_TYPE]["schema"]["$ref"].endswith("/Problem") for one in refusals)
    assert not list(_dangling(contract.document, contract.document))


@pytest.mark.parametrize("name", [*OPERATIONS, *FOR_OPERATORS])
def test_whatever_is_sent_the_answer_is_one_that_the_document_describes(
    desk: Desk, contract: Contract, name: str
) -> None:
    """Fault 77, and every "bad input": paths, queries, headers and bodies of any shape, at every call."""
    operation = contract.calls[name]
    method, _, path = name.partition(" ")
    sender = SendingOperator(desk) if name in FOR_OPERATORS else Sender(desk)

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


class SendingOperator:
    """An operator with the desk's key, from an address where nobody else sends wrong ones; a lead is there."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._url = desk, desk.url
        self._wrong = 0
        self._take_lead()

    def send(self, method: str, request: Request) -> Answer:
        """Send a request, with the admin key unless it brings its own."""
        headers = {"Authorization": f"Bearer {ADMIN_KEY}".encode()} | request.headers
        path = request.path.replace("{lead_id}", str(self._lead_id)).replace("{session_id}", self._session_id)
        self._wrong += "Authorization" in request.headers
        answer = send(self._url, method, path, headers=headers, body=request.body, source=f"127.1.0.{1 + self._wrong}")
        if method == "DELETE" and answer.status < 300:
            self._take_lead()
        return answer

    def _take_lead(self) -> None:
        Sender(self._desk).send("POST", Request("/v1/leads", {"Content-Type": JSON.encode()}, LEAD))
        key = {"Authorization": f"Bearer {ADMIN_KEY}"}
        found = send(self._url, "GET", "/v1/admin/leads?q=contract@example.com", headers=key).json["leads"]
        self._lead_id, self._session_id = found[0]["id"], found[0]["session_id"]


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
