"""Holds the stub of Google Sheets to its word: tests reach into its life, kill clients, and run it as a process."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import gspread
import pytest
from gspread.exceptions import APIError
from requests.exceptions import ConnectionError  # noqa: A004 - theirs

from tests.eventually import eventually_sync
from tests.servers.server import LOOPBACK
from tests.stubs.sheets import StubSheets
from tests.stubs.sheets_asking import DEADLINE, ask, client_of, in_a_process, token_of, worksheet_of

ROW = ["1", "Ada"]


@pytest.fixture
def stub() -> Iterator[StubSheets]:
    with StubSheets() as running:
        yield running


@pytest.fixture
def tab(stub: StubSheets) -> gspread.Worksheet:
    return worksheet_of(stub)


def test_something_happens_at_a_request_before_or_after_it_is_done(stub: StubSheets, tab: gspread.Worksheet) -> None:
    seen = []
    stub.at(1, lambda: seen.append(stub.grid))
    stub.at(1, lambda: seen.append(stub.grid), after=True)
    arrived = threading.Event()
    stub.at(2, arrived.set)
    tab.append_row(ROW)
    assert (seen, arrived.is_set()) == ([[], [ROW]], False)
    tab.append_row(ROW)
    assert arrived.is_set()


@pytest.mark.parametrize(("after", "grid"), [(False, [["a"]]), (True, [["a"], ["b"]])])
def test_a_client_is_killed_in_the_middle_of_a_request(stub: StubSheets, after: bool, grid: list[list[str]]) -> None:
    target = f"/v4/spreadsheets/{stub.spreadsheet_id}/values/A1:append?valueInputOption=RAW"
    headers = {"Authorization": f"Bearer {token_of(stub)}"}
    stub.reset()
    program = (
        "import http.client, json, sys\n"
        f"one = http.client.HTTPConnection('{LOOPBACK}', {stub.port})\n"
        "for text in 'abc':\n"
        f"    one.request('POST', '{target}', json.dumps({{'values': [[text]]}}), {headers})\n"
        "    one.getresponse().read()\n"
    )
    started = threading.Event()

    def kill() -> None:
        started.wait(DEADLINE)
        client.kill()
        client.wait(DEADLINE)

    stub.at(2, kill, after=after)
    if not after:
        stub.fail(2, "cut")  # what is left of the request is not done
    client = subprocess.Popen([sys.executable, "-c", program])
    started.set()
    assert client.wait(DEADLINE) == -signal.SIGKILL
    eventually_sync(lambda: stub.open_requests == 0)
    assert (stub.grid, len(stub.requests)) == (grid, 2)


def test_the_stub_stops_whoever_still_waits_for_it() -> None:
    with StubSheets() as stub, socket.create_connection((LOOPBACK, stub.port), DEADLINE) as waiting:
        waiting.sendall(b"GET /v4/")
        eventually_sync(lambda: ask(stub, "GET", "/_control/now")[0] == 200)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((LOOPBACK, stub.port), DEADLINE).close()


def test_stopped_and_started_again_it_has_forgotten_nothing() -> None:
    with StubSheets() as stub:
        tab = worksheet_of(stub)
        tab.append_row(ROW)
        stub.stop()
        with pytest.raises(ConnectionError):
            tab.get_all_values()
        stub.start()
        assert tab.get_all_values() == [ROW]


def test_as_a_process_it_is_told_everything_over_http() -> None:
    with in_a_process("--tab", "Leads", "--quota", "60") as remote:
        info = ask(remote, "GET", "/_service_account")[1]
        tab = client_of(remote, info=info).open_by_key(remote.spreadsheet_id).sheet1
        changes = {"reset": True, "fail": {"2": "503_after"}, "human_after": {"1": [["insert_column", 1, "Note"]]}}
        assert ask(remote, "POST", "/_control", changes)[1]["quota"] == 60
        tab.append_row(["id", "Name"])
        with pytest.raises(APIError):
            tab.append_row(ROW)
        seen = ask(remote, "GET", "/_requests")[1]
        assert (seen["count"], seen["busiest_minute"]) == (2, 2)
        assert [request["status"] for request in seen["requests"]] == [200, 503]
        assert ask(remote, "GET", "/_rows")[1]["rows"] == [{"Note": "1", "id": "Ada", "Name": ""}]
        assert ask(remote, "POST", "/_control", {"human": [["edit", "A2", "7"]], "forget": True})[0] == 200
        assert ask(remote, "GET", "/_rows")[1]["tabs"][0]["grid"] == [["Note", "id", "Name"], [7, "Ada"]]
        assert ask(remote, "GET", "/_requests")[1]["count"] == 0
        for nonsense in ({"mode": "nonsense"}, {"colour": "red"}, {"human": [["jump"]]}, {"fail": {"x": "503"}}):
            assert ask(remote, "POST", "/_control", nonsense)[0] == 400


def test_many_clients_at_once_lose_nothing_and_every_request_is_remembered(stub: StubSheets) -> None:
    tabs = [worksheet_of(stub) for _ in range(8)]
    with ThreadPoolExecutor(len(tabs)) as pool:
        list(pool.map(lambda tab: [tab.append_row(ROW) for _ in range(10)], tabs))
    assert stub.grid == [ROW] * 80
    assert sorted(request.number for request in stub.requests) == list(range(1, 81))


def test_what_goes_wrong_inside_the_stub_fails_the_test() -> None:
    stub = StubSheets()
    stub.start()
    tab = worksheet_of(stub)
    stub.at(1, lambda: 1 // 0)
    with pytest.raises(ConnectionError):
        tab.append_row(ROW)
    with pytest.raises(ZeroDivisionError):
        stub.__exit__(None, None, None)
