"""A visitor tells the desk how to be reached, and the company reads it in its sheet."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.eventually import eventually
from tests.processes import running
from tests.sheet_desk import sheet_settings
from tests.stack import Stack
from tests.stubs.receiver import SECRET, receiving
from tests.stubs.sheets import StubSheets
from workers.domain.sheet_cells import COLUMNS


@pytest.fixture
def sheets() -> Iterator[StubSheets]:
    with StubSheets() as stub:
        yield stub


async def test_a_sheet_that_refuses_is_named_and_nobody_waits_for_it(local_stack: Stack, sheets: StubSheets) -> None:
    """Fault 61: the key is revoked. Operators see it within a minute, visitors don't, and the lead arrives later."""
    sheets.mode = "403"
    there = sheet_settings(sheets) | {"lead_capture": True}
    async with running(local_stack, **there) as desk, desk.visitor() as visitor:

        async def shows(error: str | None) -> bool:
            ready = await visitor.call("GET", "/readyz")
            return ready.status == 200 and ready.json["sheet_error"] == error

        await visitor.open()
        for message in ("Write to me at anna@example.com", "Anna", "skip", "yes"):
            await visitor.ask(message)
        await eventually(lambda: shows("sheet_refused"), within=60)
        sheets.mode = "ok"
        async with desk.operator() as operator:
            assert (await operator.call("POST", "/v1/admin/sheets/sync")).status == 202
        await eventually(lambda: len(sheets.rows()) == 1)
        await eventually(lambda: shows(None))


async def test_a_lead_arrives_is_corrected_and_goes(stack: Stack, sheets: StubSheets) -> None:
    def shown(*columns: str) -> list[list[Any]]:
        return [[row[column] for column in columns] for row in sheets.rows()]

    async with receiving() as receiver:
        there = sheet_settings(sheets) | {"webhook_url": receiver.url, "webhook_secret": SECRET, "lead_capture": True}
        # A hint that comes while the sheet is written to is dropped: beat sends the next.
        async with running(stack, beats=1, flush_interval_seconds=0.5, **there) as desk, desk.visitor() as visitor:
            await visitor.open()
            for message in ("Can someone call me?", "yes", "Anna Smith", "anna@example.com", "skip", "yes please"):
                await visitor.ask(message)
            await eventually(
                lambda: shown("name", "email", "status") == [["Anna Smith", "anna@example.com", "captured"]]
            )
            assert [*sheets.rows()[0]] == [*COLUMNS]

            await visitor.ask("Sorry, my email is anna.smith@example.com")
            await eventually(lambda: shown("name", "email") == [["Anna Smith", "anna.smith@example.com"]])
            await eventually(lambda: len(receiver.heard) == 2)

            assert (await visitor.call("DELETE", "/v1/session")).status == 202
            await eventually(lambda: shown("name") == [])
    assert [heard.event for heard in receiver.heard] == ["lead.captured", "lead.updated"]
    assert [heard.lead["email"] for heard in receiver.heard] == ["anna@example.com", "anna.smith@example.com"]
