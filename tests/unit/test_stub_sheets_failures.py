"""Holds the stub of Google Sheets to its word: it fails in each of the ways it promises, when it is told to."""

import time
from collections import Counter
from collections.abc import Iterator

import gspread
import pytest
from google.auth.exceptions import RefreshError
from gspread.exceptions import APIError
from requests.exceptions import ChunkedEncodingError, ConnectionError, ReadTimeout  # noqa: A004 - theirs

from tests.eventually import eventually_sync
from tests.stubs.sheets import Rules, StubSheets, busiest_minute
from tests.stubs.sheets_asking import ask, client_of, worksheet_of
from tests.stubs.sheets_faults import KNOWN

ROW = ["1", "Ada"]
STATUSES = {
    "429": 429,
    "500": 500,
    "503": 503,
    "401": 401,
    "403": 403,
    "403_disabled": 403,
    "404": 404,
    "html_502": 502,
}


@pytest.fixture
def stub() -> Iterator[StubSheets]:
    with StubSheets() as running:
        yield running


@pytest.fixture
def tab(stub: StubSheets) -> gspread.Worksheet:
    return worksheet_of(stub)


def refused(tab: gspread.Worksheet) -> APIError:
    with pytest.raises(APIError) as error:
        tab.append_row(ROW)
    return error.value


@pytest.mark.parametrize(("mode", "status"), STATUSES.items())
def test_an_error_comes_before_anything_is_done(
    stub: StubSheets, tab: gspread.Worksheet, mode: str, status: int
) -> None:
    stub.mode = mode
    assert refused(tab).response.status_code == status
    assert (stub.grid, stub.requests[0].applied) == ([], False)


@pytest.mark.parametrize(("mode", "status"), STATUSES.items())
def test_an_error_comes_after_all_is_done(stub: StubSheets, tab: gspread.Worksheet, mode: str, status: int) -> None:
    stub.mode = f"{mode}_after"
    assert refused(tab).response.status_code == status
    assert ROW in stub.grid
    assert stub.requests[0].applied


def test_an_error_page_has_no_code_for_the_client(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.mode = "html_502"
    assert refused(tab).code == -1


@pytest.mark.parametrize("mode", ["cut", "reset"])
def test_a_connection_breaks_before_or_after_anything_is_done(
    stub: StubSheets, tab: gspread.Worksheet, mode: str
) -> None:
    stub.fail(1, mode)
    stub.fail(2, f"{mode}_after")
    for grid in ([], [ROW]):
        with pytest.raises(ConnectionError):
            tab.append_row(ROW)
        assert stub.grid == grid
    assert [(request.status, request.applied) for request in stub.requests] == [(0, False), (0, True)]


def test_an_answer_is_torn_in_the_middle(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.mode = "torn"
    with pytest.raises(ChunkedEncodingError):
        tab.append_row(ROW)
    assert stub.grid == [ROW]


@pytest.mark.parametrize(("mode", "grid"), [("tarpit", []), ("tarpit_after", [ROW])])
def test_an_answer_never_comes(stub: StubSheets, tab: gspread.Worksheet, mode: str, grid: list[list[str]]) -> None:
    tab.client.set_timeout(0.2)
    stub.mode = mode
    with pytest.raises(ReadTimeout):
        tab.append_row(ROW)
    assert stub.grid == grid
    tab.client.session.close()
    eventually_sync(lambda: stub.open_requests == 0)


def test_an_answer_comes_byte_by_byte_so_that_no_read_is_late(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.rules.drip_seconds = 0.01
    stub.mode = "drip"
    tab.client.set_timeout(0.5)
    started = time.monotonic()
    assert tab.append_row(ROW)["updates"]["updatedCells"] == 2
    assert time.monotonic() - started > 1.0  # twice as long as the client is ready to wait


def test_a_client_that_goes_away_ends_a_drip(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.rules.drip_seconds = 60.0
    stub.mode = "drip"
    tab.client.set_timeout(0.2)
    with pytest.raises(ConnectionError):
        tab.append_row(ROW)
    tab.client.session.close()
    eventually_sync(lambda: stub.open_requests == 0)


def test_only_the_numbered_request_fails(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.fail(2, "503")
    tab.append_row(ROW)
    assert refused(tab).code == 503
    tab.append_row(ROW)
    assert [request.status for request in stub.requests] == [200, 503, 200]
    assert [request.mode for request in stub.requests] == ["ok", "503", "ok"]


def test_a_share_of_requests_fails_and_the_same_ones_again(stub: StubSheets, tab: gspread.Worksheet) -> None:
    def statuses() -> list[int]:
        stub.reset()
        stub.fail_share(0.3, ["500", "503_after"], seed=5)
        for _ in range(100):
            ask(stub, "GET", f"/v4/spreadsheets/{stub.spreadsheet_id}", headers={"Authorization": f"Bearer {token}"})
        return [request.status for request in stub.requests]

    token = tab.client.auth.token
    first = statuses()
    seen = Counter(first)
    assert 15 <= seen[500] + seen[503] <= 45
    assert min(seen[500], seen[503]) > 0
    assert statuses() == first


def test_a_mode_that_there_is_not_is_refused(stub: StubSheets) -> None:
    with pytest.raises(ValueError, match="no mode 'nonsense'"):
        stub.mode = "nonsense"
    with pytest.raises(ValueError, match="invalid literal"):
        stub.fail(1, "429:soon")
    assert {"ok", "429", "503_after", "drip"} <= set(KNOWN)


def test_beyond_the_quota_requests_are_refused_until_a_minute_has_passed() -> None:
    with StubSheets(Rules(quota=3), seconds_per_second=0) as stub:
        tab = worksheet_of(stub)
        for _ in range(3):
            tab.append_row(ROW)
            stub.advance(10)
        error = refused(tab)
        assert (error.code, error.error["status"]) == (429, "RESOURCE_EXHAUSTED")
        assert "'Write requests per minute per user'" in str(error)
        assert "retry-after" not in error.response.headers
        tab.get_all_values()  # reads are counted apart
        stub.rules.retry_after = True
        assert refused(tab).response.headers["retry-after"] == "30"
        stub.advance(29)
        assert refused(tab).code == 429
        stub.advance(1)
        tab.append_row(ROW)
        assert refused(tab).code == 429
        assert len(stub.grid) == 4
        done = [request.at for request in stub.requests if request.status == 200 and request.method == "values.append"]
        assert busiest_minute(done) == 3


def test_each_account_has_a_quota_of_its_own() -> None:
    with StubSheets(Rules(quota=1), seconds_per_second=0) as stub:
        for email in ("one@example.com", "other@example.com"):
            client_of(stub, info=stub.service_account(email)).open_by_key(stub.spreadsheet_id)
        assert {request.user for request in stub.requests} == {"one@example.com", "other@example.com"}
        with pytest.raises(APIError):
            client_of(stub, info=stub.service_account("one@example.com")).open_by_key(stub.spreadsheet_id)


def test_time_passes_as_fast_as_told() -> None:
    with StubSheets(seconds_per_second=1_000) as stub:
        before = stub.now()
        eventually_sync(lambda: stub.now() - before > 60)
        status, told = ask(stub, "GET", "/_control/now")
        assert status == 200
        assert before + 60 < told["now"] < stub.now()


def test_a_quota_can_tell_when_to_come_back(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.mode = "429:7"
    assert refused(tab).response.headers["retry-after"] == "7"


def test_a_token_ends_and_the_client_gets_another() -> None:
    with StubSheets(Rules(token_seconds=600), seconds_per_second=0) as stub:
        tab = worksheet_of(stub)
        stub.advance(601)
        tab.append_row(ROW)
        assert [request.status for request in stub.requests] == [401, 200]


def test_a_revoked_key_gets_no_token(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.revoke()
    with pytest.raises(RefreshError, match="invalid_grant: Invalid JWT Signature"):
        tab.append_row(ROW)
    stub.revoke(revoked=False)
    tab.append_row(ROW)
    assert stub.grid == [ROW]


def test_a_key_of_somebody_else_gets_no_token(stub: StubSheets) -> None:
    info = stub.service_account() | {"client_email": "stranger@example.com"}
    with pytest.raises(RefreshError, match="account not found"):
        client_of(stub, info=info).open_by_key(stub.spreadsheet_id)


def test_the_endpoint_of_tokens_fails_by_itself(stub: StubSheets, tab: gspread.Worksheet) -> None:
    stub.forget_tokens()
    stub.rules.token_mode = "html_502"
    with pytest.raises(RefreshError):
        tab.append_row(ROW)
    assert [request.status for request in stub.requests] == [401]
