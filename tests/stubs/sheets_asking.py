"""Ways to ask the stub of Google Sheets: the real `gspread`, and plain HTTP for what `gspread` would never send."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote, urlencode

import gspread
from gspread.auth import DEFAULT_SCOPES
from gspread.http_client import HTTPClient
from requests import Response

from tests.servers.server import LOOPBACK
from tests.stubs.sheets import StubSheets

DEADLINE: Final = 5.0  # seconds
GOOGLE: Final = "https://sheets.googleapis.com"


def client_of(
    stub: StubSheets, info: dict[str, str] | None = None, scopes: Sequence[str] = DEFAULT_SCOPES
) -> gspread.Client:
    """Return the real client, with a service account, that finds the stub where Google would be."""

    class Elsewhere(HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Response:
            return super().request(method, endpoint.replace(GOOGLE, stub.base_url, 1), *args, **kwargs)

    client = gspread.service_account_from_dict(info or stub.service_account(), scopes, http_client=Elsewhere)
    client.set_timeout(DEADLINE)
    return client


def worksheet_of(stub: StubSheets) -> gspread.Worksheet:
    """Return the first tab, and make the stub begin again."""
    tab = client_of(stub).open_by_key(stub.spreadsheet_id).sheet1
    stub.reset()
    return tab


def token_of(stub: StubSheets, scopes: Sequence[str] = DEFAULT_SCOPES) -> str:
    """Return an access token."""
    session = client_of(stub, scopes=scopes).http_client
    session.login()
    return str(session.auth.token)


class Asking:
    """Asks over plain HTTP, with a token."""

    def __init__(self, stub: StubSheets, scopes: Sequence[str] = DEFAULT_SCOPES) -> None:
        self._stub, self._token = stub, token_of(stub, scopes)

    def __call__(self, method: str, rest: str, body: Any = None, **query: str | list[str]) -> tuple[int, Any]:
        """Return the status of an answer and its body, for a path below the spreadsheet's."""
        target = f"/v4/spreadsheets/{self._stub.spreadsheet_id}{rest}"
        if query:
            target += "?" + urlencode(query, doseq=True)
        return ask(self._stub, method, target, body, {"Authorization": f"Bearer {self._token}"})

    def update(self, *requests: Any) -> tuple[int, Any]:
        """Return the answer to a batchUpdate."""
        return self("POST", ":batchUpdate", {"requests": list(requests)})

    def values(self, method: str, area: str, body: Any = None, **query: str | list[str]) -> tuple[int, Any]:
        """Return the answer to a request about a range."""
        title, mark, end = area.rpartition(":") if area.endswith((":append", ":clear")) else (area, "", "")
        return self(method, f"/values/{quote(title, safe='')}{mark}{end}", body, **query)


def ask(
    stub: StubSheets, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Return status and body of an answer, the body as text when it is no JSON."""
    connection = http.client.HTTPConnection(LOOPBACK, stub.port, timeout=DEADLINE)
    try:
        connection.request(method, target, None if body is None else json.dumps(body), headers or {})
        answer = connection.getresponse()
        text = answer.read().decode()
        is_json = (answer.getheader("content-type") or "").startswith("application/json")
        return answer.status, json.loads(text) if is_json else text
    finally:
        connection.close()


@contextmanager
def in_a_process(*options: str) -> Iterator[StubSheets]:
    """Run the stub as a program, and give one that is never started, for its address."""
    command = [sys.executable, "-m", "tests.stubs.sheets", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield StubSheets(port=json.loads(process.stdout.readline())["port"])
        finally:
            process.terminate()
        assert process.wait(DEADLINE) == 0
