"""One HTTP exchange with the gateway as somebody hostile would have it: nothing is made decent on the way."""

import http.client
import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

PATIENCE_SECONDS: Final = 15.0
PROBLEM: Final = {"type", "title", "status", "code", "detail", "request_id"}
MEDIA_TYPE: Final = "application/problem+json"


class Answer(NamedTuple):
    """What came back; of a stream, only its head."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


def send(  # noqa: PLR0913 - a request has that many parts
    url: str,
    method: str,
    path: str,
    *,
    headers: Mapping[str, bytes | str] | None = None,
    body: bytes | None = None,
    source: str = "",
) -> Answer:
    """Send a request, perhaps from another of this computer's addresses, and return the answer.

    Header names come back in lower case.
    """
    address = urlsplit(url)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port, timeout=PATIENCE_SECONDS, source_address=(source, 0) if source else None
    )
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        head = {name.lower(): value for name, value in response.getheaders()}
        whole = not head.get("content-type", "").startswith("text/event-stream")
        return Answer(response.status, head, response.read() if whole else b"")
    finally:
        connection.close()


def check_decent(answer: Answer) -> None:
    """Hold any answer to what the contract promises for every one: no 5xx, no cookie, a problem for each refusal."""
    assert answer.status < 500, answer
    assert "set-cookie" not in answer.headers, answer
    if answer.status < 400:
        return
    assert answer.media_type == MEDIA_TYPE, answer
    problem = answer.json
    assert problem.keys() == PROBLEM, problem
    assert problem["status"] == answer.status
    assert all(problem[name] for name in PROBLEM), problem
    assert "Traceback" not in problem["detail"]
    assert ("retry-after" in answer.headers) == (answer.status == 429), answer
