"""Operators see how the sheet is doing, have leads sent once more, and have it compared."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.eventually import eventually
from tests.integration.test_lead_form import address, post_form
from tests.processes import Desk, running
from tests.stack import Stack
from tests.stubs.sheets import StubSheets
from tests.visitor import Json, Visitor

ROUTE = "/v1/admin/sheets"


@pytest.fixture
def google() -> Iterator[StubSheets]:
    """Give a stub of Google Sheets."""
    with StubSheets() as stub:
        yield stub


def sheet_settings(stub: StubSheets) -> dict[str, Any]:
    """Return the settings that make a desk write to the stub."""
    return {
        "google_sheet_id": stub.spreadsheet_id,
        "google_service_account_json": json.dumps(stub.service_account()),
        "google_sheets_base_url": stub.base_url,
    }


async def captured(desk: Desk) -> str:
    """Return the address of a new lead."""
    email = address()
    async with desk.visitor() as visitor:
        await visitor.open()
        await post_form(visitor, name="Anna", email=email)
    return email


async def sheet(operator: Visitor) -> Json:
    reply = await operator.call("GET", ROUTE)
    assert reply.status == 200, reply
    return reply.json  # type: ignore[no-any-return]


async def test_without_a_sheet_leads_wait_for_one(stack: Stack) -> None:
    async with running(stack, workers=0) as desk, desk.operator() as operator:
        await captured(desk)
        assert (await sheet(operator)) | {"oldest_pending_seconds": 0} == {
            "configured": False,
            "pending": 1,
            "oldest_pending_seconds": 0,
            "last_reconciliation": None,
            "breaker": {"state": "closed", "error": None, "retry_in_seconds": 0.0},
        }
        assert (await operator.call("POST", f"{ROUTE}/sync")).json == {"queued": 1}
        refused = await operator.call("POST", f"{ROUTE}/reconcile")
        assert (refused.status, refused.json["code"]) == (409, "sheet_not_configured")


async def test_a_form_is_in_the_sheet_at_once_and_can_be_sent_and_compared_again(
    stack: Stack, google: StubSheets
) -> None:
    """There is no beat here: a hint is enough."""
    async with running(stack, **sheet_settings(google)) as desk, desk.operator() as operator:
        emails = {await captured(desk), await captured(desk)}
        await eventually(lambda: {row.get("email") for row in google.rows()} == emails)
        await eventually(lambda: _nothing_waits(operator))
        for row in (3, 2):
            google.human.delete_row(row)
        assert (await operator.call("POST", f"{ROUTE}/sync", json={})).json == {"queued": 2}
        await eventually(lambda: {row.get("email") for row in google.rows()} == emails)
        assert (await operator.call("POST", f"{ROUTE}/reconcile")).status == 202

        async def is_told() -> Json | None:
            last = (await sheet(operator))["last_reconciliation"]
            return last if last and last["finished_at"] else None

        last = await eventually(is_told)
    assert last
    assert (last["checked"], last["error"]) == (2, None)


async def test_only_leads_that_changed_since_then_are_sent_again(stack: Stack) -> None:
    async with running(stack, workers=0) as desk, desk.operator() as operator:
        await captured(desk)
        now = datetime.now(UTC)
        for since, queued in ((now - timedelta(minutes=5), 1), (now + timedelta(minutes=5), 0)):
            reply = await operator.call("POST", f"{ROUTE}/sync", json={"since": since.isoformat()})
            assert reply.json == {"queued": queued}
        for strange in (
            "yesterday",
            "2026-01-01T00:00:00",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            1e300,
            1_767_225_600,
            "1767225600",
        ):
            assert (await operator.call("POST", f"{ROUTE}/sync", json={"since": strange})).status == 422, strange


async def test_a_comparison_that_can_t_be_ordered_is_not_promised(stack: Stack, google: StubSheets) -> None:
    async with running(stack, workers=0, **sheet_settings(google)) as desk, desk.operator() as operator:
        stack.redis.kill9()
        refused = await operator.call("POST", f"{ROUTE}/reconcile")
    assert (refused.status, refused.json["code"]) == (503, "broker_unavailable")


async def _nothing_waits(operator: Visitor) -> bool:
    return bool((await sheet(operator))["pending"] == 0)
