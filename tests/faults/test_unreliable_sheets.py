"""A Google that answers late, wrongly, too often or not at all: every lead arrives once, and Google is not pestered."""

import time
from contextlib import suppress
from typing import Final

import pytest

from shared.db.mirrors import Allowance
from shared.db.reconciliations import Found
from shared.vocabulary import Breaker, Target
from tests.sheet_desk import SheetDesk
from tests.stack import Stack
from tests.stubs.sheets import StubSheets, busiest_minute
from workers.adapters.sheet_client import Patience
from workers.dependencies import LeadMirror
from workers.handlers.flush_outbox import flush
from workers.ports import SheetFull, SheetRefused, SheetUnavailable

APPEND: Final = 3  # the number of the request that appends, at an empty sheet
IMPATIENT: Final = Patience(connect=0.5, read=0.5, answer=0.7, total=1.5)
REFUSALS: Final = ("401", "403", "403_disabled", "404")


@pytest.mark.parametrize("mode", ["503_after", "cut_after", "reset_after", "torn", "html_502_after", "429_after"])
async def test_rows_whose_arrival_was_not_confirmed_arrive_once(sheet_desk: SheetDesk, mode: str) -> None:
    """Fault 52: the append is done, and its answer is an error, or half of one, or none."""
    for name in ("Anna", "Ben"):
        await sheet_desk.capture(name)
    sheet_desk.stub.fail(APPEND, mode)
    assert await sheet_desk.flush() == Found(checked=2, added=2)
    await sheet_desk.is_mirrored()
    assert [request.method for request in sheet_desk.stub.requests].count("values.append") == 1


async def test_a_timeout_after_the_rows_arrived_doubles_nothing(sheet_desk: SheetDesk) -> None:
    """Fault 52: the append is done, and nothing is ever answered."""
    await sheet_desk.capture("Anna")
    sheet_desk.stub.fail(APPEND, "tarpit_after")
    await flush(sheet_desk.mirror(IMPATIENT))
    await sheet_desk.is_mirrored()
    assert [request.method for request in sheet_desk.stub.requests].count("values.append") == 1


@pytest.mark.parametrize("mode", ["503", "500", "cut", "reset", "html_502", "429", "429:1"])
async def test_what_did_not_arrive_is_sent_again(sheet_desk: SheetDesk, mode: str) -> None:
    await sheet_desk.capture("Anna")
    for number in (1, 3, 6):
        sheet_desk.stub.fail(number, mode)
    await sheet_desk.flush()
    await sheet_desk.is_mirrored()


async def test_an_outage_of_ten_minutes_costs_time_and_no_lead(sheet_desk: SheetDesk) -> None:
    """Fault 53: 503 for ten minutes while leads come in; then all of them are there, without a storm of requests."""
    sheet_desk.requests_per_minute = 60
    mirror, stub = sheet_desk.mirror(), sheet_desk.stub
    stub.mode = "503"
    for minute in range(10):
        await sheet_desk.capture(f"Visitor{minute}")
        for _ in range(4):
            await _tick(mirror)
            await sheet_desk.let_time_pass(15)
    assert ((await sheet_desk.waiting()).pending, sheet_desk.shown) == (10, [])
    outage = len(stub.requests)
    assert outage < 60  # three each time, ever more seldom
    stub.mode = "ok"
    for _ in range(61):
        await sheet_desk.let_time_pass(15)
        await _tick(mirror)
    await sheet_desk.is_mirrored()
    assert busiest_minute([request.at for request in stub.requests]) <= 60


async def test_five_hundred_leads_arrive_without_one_request_too_many(sheet_desk: SheetDesk) -> None:
    """Fault 54: Google counts 60 a minute; leads come in, and are sent, every few seconds."""
    sheet_desk.requests_per_minute = sheet_desk.stub.rules.quota = 60
    mirror = sheet_desk.mirror()
    for batch in range(20):
        await sheet_desk.capture_many(25, first=25 * batch + 1)
        await _tick(mirror)
        await sheet_desk.let_time_pass(5)
    await _tick(mirror)
    await sheet_desk.is_mirrored()
    requests = sheet_desk.stub.requests
    assert len(sheet_desk.shown) == 500
    assert 429 not in {request.status for request in requests}
    assert busiest_minute([request.at for request in requests]) <= 60


async def test_no_minute_sees_more_requests_than_allowed_whoever_holds_the_sheet(
    stack: Stack, google: StubSheets
) -> None:
    """Fault 54: what is left of the allowance survives the process that used it."""
    desk, mirrors, at, waited, began = SheetDesk(stack, google), stack.database, list[float](), 0.0, time.monotonic()
    allowance = Allowance(60, 60)
    for turn in range(8):
        name = f"process-{turn}"
        hold = await mirrors.stepwise(lambda uow, name=name: uow.mirrors.acquire(Target.SHEET, name, 60))  # type: ignore[misc]
        assert hold
        for _ in range(30):
            while wait := await mirrors.stepwise(lambda uow, hold=hold: uow.mirrors.count_request(hold, allowance)):  # type: ignore[misc]
                await desk.let_time_pass(wait)
                waited += wait
            at.append(time.monotonic() - began + waited)
        await desk.forget_hold()
    assert busiest_minute(at) <= 60
    assert at[-1] == pytest.approx((240 - 30) * 2, rel=0.05)


@pytest.mark.parametrize("mode", ["tarpit", "drip"])
async def test_a_google_that_never_ends_its_answer_keeps_nobody(sheet_desk: SheetDesk, mode: str) -> None:
    """Fault 55: the worker is free again within its patience, which is less than 40 seconds by default."""
    assert Patience().total < 40
    sheet_desk.stub.rules.drip_seconds = 0.2
    await sheet_desk.capture("Anna")
    sheet_desk.stub.mode = mode
    began = time.monotonic()
    with pytest.raises(SheetUnavailable):
        await flush(sheet_desk.mirror(IMPATIENT))
    assert time.monotonic() - began < 3 * IMPATIENT.total + 5
    sheet_desk.stub.mode = "ok"
    await sheet_desk.flush()
    await sheet_desk.is_mirrored()


@pytest.mark.parametrize("mode", REFUSALS)
async def test_a_refusal_is_noted_and_drops_nothing(
    sheet_desk: SheetDesk, mode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fault 61: the sheet is let alone for ever longer, the log says so at once, and every lead waits."""
    await sheet_desk.capture("Anna")
    sheet_desk.stub.mode = mode
    with pytest.raises(SheetRefused):
        await sheet_desk.flush()
    assert "sheet_refused" in capsys.readouterr().out
    state = await sheet_desk.state()
    assert (state.breaker, state.error, state.trips) == (Breaker.OPEN, "sheet_refused", 1)
    assert 0 < state.retry_in_seconds <= 60
    count = len(sheet_desk.stub.requests)
    await _tick(sheet_desk.mirror())
    assert len(sheet_desk.stub.requests) == count
    assert (await sheet_desk.waiting()).pending == 1

    sheet_desk.stub.mode = "ok"
    await sheet_desk.let_time_pass(60)
    assert (await sheet_desk.state()).breaker is Breaker.HALF_OPEN
    await _tick(sheet_desk.mirror())
    await sheet_desk.is_mirrored()
    assert (await sheet_desk.state()).breaker is Breaker.CLOSED


async def test_a_revoked_key_is_a_refusal_and_a_forgotten_token_is_none(sheet_desk: SheetDesk) -> None:
    """Fault 61: `invalid_grant`, while what was captured before stays in the sheet."""
    await sheet_desk.capture("Anna")
    mirror = sheet_desk.mirror()
    await flush(mirror)
    await sheet_desk.capture("Ben")
    sheet_desk.stub.forget_tokens()
    await flush(mirror)
    await sheet_desk.is_mirrored()

    await sheet_desk.capture("Carl")
    sheet_desk.stub.revoke()
    with pytest.raises(SheetRefused, match="revoked"):
        await flush(mirror)
    sheet_desk.stub.revoke(revoked=False)
    await flush(mirror)
    await sheet_desk.is_mirrored()


async def test_pauses_grow_to_a_quarter_of_an_hour(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    sheet_desk.stub.mode = "403"
    pauses = []
    for _ in range(12):
        with pytest.raises(SheetRefused):
            await sheet_desk.flush()
        pauses.append((await sheet_desk.state()).retry_in_seconds)
    assert max(pauses) <= 900
    assert max(pauses) > 200
    assert (await sheet_desk.state()).trips == 12


async def test_google_s_wish_to_be_let_alone_is_granted(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    sheet_desk.stub.mode = "429:40"
    with pytest.raises(SheetUnavailable):
        await sheet_desk.flush()
    state = await sheet_desk.state()
    assert (state.error, round(state.retry_in_seconds)) == ("sheet_unavailable", 40)
    assert len(sheet_desk.stub.requests) == 1


async def test_a_full_spreadsheet_keeps_leads_waiting(sheet_desk: SheetDesk) -> None:
    await sheet_desk.capture("Anna")
    sheet_desk.stub.rules.cell_limit = 26_000
    with pytest.raises(SheetFull):
        await sheet_desk.flush()
    assert ((await sheet_desk.waiting()).pending, (await sheet_desk.state()).error) == (1, "sheet_full")
    sheet_desk.stub.rules.cell_limit = 10_000_000
    await sheet_desk.flush()
    await sheet_desk.is_mirrored()


async def test_five_thousand_leads_arrive_through_a_bad_connection(sheet_desk: SheetDesk) -> None:
    """Of all requests a tenth is refused for haste, 8 % fail, and a tenth is done and not confirmed."""
    sheet_desk.requests_per_minute = sheet_desk.stub.rules.quota = 60
    await sheet_desk.capture_many(5_000)
    modes = ["429"] * 10 + ["503"] * 8 + ["503_after"] * 5 + ["cut_after"] * 5
    sheet_desk.stub.fail_share(0.28, modes, seed=7)
    mirror, began = sheet_desk.mirror(), sheet_desk.stub.now()
    while (await sheet_desk.waiting()).pending:
        await _tick(mirror)
        await sheet_desk.let_time_pass(5)
    took = sheet_desk.stub.now() - began
    await sheet_desk.is_mirrored()
    requests = sheet_desk.stub.requests
    print(f"{len(requests)} requests in {took:.0f} s")  # noqa: T201 - a figure to quote
    assert took < 120
    assert busiest_minute([request.at for request in requests]) <= 60


async def _tick(mirror: LeadMirror) -> None:
    """Do what a worker does when beat sends its job."""
    with suppress(SheetUnavailable, SheetRefused):
        await flush(mirror, force=False)
