"""A running desk sends its leads to the sheet by itself, also those from before there was a sheet."""

from typing import Any, Final

from tests.eventually import eventually
from tests.processes import running
from tests.sheet_desk import SheetDesk, sheet_settings

BRISK: Final = {"flush_interval_seconds": 0.3, "reconcile_interval_minutes": 1 / 60}


async def test_two_workers_send_each_lead_once_and_repair_what_people_change(sheet_desk: SheetDesk) -> None:
    """Fault 59: leads come in while two lead workers are told to flush several times a second."""
    for number in range(3):
        await sheet_desk.capture(f"Early{number}")
    settings: dict[str, Any] = BRISK | sheet_settings(sheet_desk.stub)
    async with running(sheet_desk.stack, gateways=0, workers=2, beats=1, **settings) as desk:
        await eventually(lambda: len(sheet_desk.shown) == 3, within=20)
        for number in range(20):
            await sheet_desk.capture(f"Late{number}")
        await eventually(lambda: len(sheet_desk.shown) == 23, within=20)
        sheet_desk.stub.human.edit("E2", "Nobody")

        async def settled() -> bool:
            last = await sheet_desk.last_reconciliation()
            repaired = bool(last and last.found.repaired) or "Nobody" not in str(sheet_desk.shown)
            return repaired and (await sheet_desk.waiting()).pending == 0

        await eventually(settled, within=20)
        assert "job_crashed" not in "".join(worker.news for worker in desk.workers)
    await sheet_desk.is_mirrored()
    assert max(sheet_desk.appended.values()) == 1
