"""Processes that die while they write to the sheet, and processes that write at the same time."""

import asyncio
import sys
from collections.abc import Callable
from typing import Final

import pytest

from tests.children import Child
from tests.eventually import eventually
from tests.sheet_desk import SheetDesk, sheet_settings
from tests.stack import Stack
from tests.stubs.sheets import StubSheets
from workers.dependencies import LeadMirror
from workers.handlers.flush_outbox import flush
from workers.handlers.mirror_hold import held
from workers.ports import SheetBusy

REQUESTS: Final = 7  # find, read, delete, read, write, append, read
SYNC: Final = (sys.executable, "-m", "workers.cli", "sheets", "sync")


async def six_leads_of_which_some_have_changed(desk: SheetDesk) -> dict[str, str]:
    """Return the notes beside them that are to be kept."""
    ids = [await desk.capture(name) for name in ("Anna", "Ben", "Carl", "Dora", "Eve", "Finn")]
    await desk.flush()
    desk.note({lead_id: f"note {lead_id}" for lead_id in ids})
    await desk.rename(ids[0], "Hannah")
    await desk.rename(ids[4], "Eva")
    await desk.erase(ids[1])
    await desk.erase(ids[3])
    await desk.capture("Gita")
    await desk.capture("Hugo")
    return {str(lead_id): f"note {lead_id}" for lead_id in (ids[0], ids[2], ids[4], ids[5])}


def at_request(desk: SheetDesk, number: int, *, arrives: bool, act: Callable[[], object]) -> None:
    """Let something happen while the request of that number, from now on, is under way; its answer is never seen."""
    number += desk.stub.requests[-1].number
    desk.stub.fail(number, "cut_after" if arrives else "cut")
    desk.stub.at(number, act)


async def ends_well(desk: SheetDesk, notes: dict[str, str]) -> None:
    """Fail unless another process brings everything to a good end."""
    await desk.flush()
    await desk.is_mirrored()
    assert desk.beside() == notes
    assert (await desk.reconcile()).repaired == 0


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("number", range(1, REQUESTS + 1))
async def test_a_process_killed_at_any_request_leaves_nothing_undone_and_nothing_doubled(
    sheet_desk: SheetDesk, number: int, *, arrives: bool
) -> None:
    """Fault 60: kill -9 while its n-th request is under way, which Google has got or not."""
    notes = await six_leads_of_which_some_have_changed(sheet_desk)
    child = Child("sync", sheet_desk.stack.data_dir / "sync.log")
    at_request(sheet_desk, number, arrives=arrives, act=child.kill9)
    environment = sheet_desk.stack.environment(**sheet_settings(sheet_desk.stub))
    child.spawn(SYNC, cwd=sheet_desk.stack.data_dir, env=environment)
    await eventually(lambda: not child.alive, within=30)
    assert child.exit_code == -9, child.log
    with pytest.raises(SheetBusy):
        await sheet_desk.flush()
    await sheet_desk.forget_hold()
    await ends_well(sheet_desk, notes)


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("number", range(1, REQUESTS + 1))
async def test_work_that_is_broken_off_at_any_request_is_taken_up_again(
    sheet_desk: SheetDesk, number: int, *, arrives: bool
) -> None:
    notes = await six_leads_of_which_some_have_changed(sheet_desk)
    loop, work = asyncio.get_running_loop(), asyncio.create_task(sheet_desk.flush())
    at_request(sheet_desk, number, arrives=arrives, act=lambda: loop.call_soon_threadsafe(work.cancel))
    with pytest.raises(asyncio.CancelledError):
        await work
    await eventually(lambda: sheet_desk.stub.open_requests == 0)
    await ends_well(sheet_desk, notes)


async def test_a_change_while_a_lead_is_being_sent_is_sent_as_well(sheet_desk: SheetDesk) -> None:
    """Fault 60: what was seen in the sheet is forgotten only at the version that was seen."""
    anna = await sheet_desk.capture("Anna")
    loop, last_look = asyncio.get_running_loop(), 4

    def rename() -> None:
        asyncio.run_coroutine_threadsafe(sheet_desk.rename(anna, "Hannah"), loop).result()

    sheet_desk.stub.at(last_look, rename)
    await sheet_desk.flush()
    assert ([row["name"] for row in sheet_desk.shown], (await sheet_desk.waiting()).pending) == (["Anna"], 1)
    await sheet_desk.flush()
    await sheet_desk.is_mirrored()


async def flush_until(done: asyncio.Event, mirror: LeadMirror) -> int:
    """Flush as often as the other lets us, and return how many leads we sent."""
    sent = 0
    while not done.is_set():
        try:
            sent += (await flush(mirror)).added
        except SheetBusy:
            await asyncio.sleep(0.01)
    return sent


async def test_two_flushers_never_write_the_same_lead(sheet_desk: SheetDesk) -> None:
    """Fault 59: two processes flush as often as they can, while leads come in."""
    done = asyncio.Event()
    flushing = [asyncio.create_task(flush_until(done, sheet_desk.mirror())) for _ in range(2)]
    for number in range(60):
        await sheet_desk.capture(f"Visitor{number}")
    await eventually(lambda: len(sheet_desk.shown) == 60)
    done.set()
    assert sum(await asyncio.gather(*flushing)) == 60
    await sheet_desk.flush()
    await sheet_desk.is_mirrored()
    assert max(sheet_desk.appended.values()) == 1


async def test_a_process_that_lost_the_sheet_sends_nothing_more(sheet_desk: SheetDesk) -> None:
    """Fault 59: it was frozen for longer than its lease, and another has taken over."""
    await sheet_desk.capture("Anna")
    loop = asyncio.get_running_loop()

    async def take_over() -> None:
        await sheet_desk.forget_hold()
        await sheet_desk.flush()

    sheet_desk.stub.at(2, lambda: asyncio.run_coroutine_threadsafe(take_over(), loop).result(), after=True)
    with pytest.raises(SheetBusy):
        await sheet_desk.flush()
    await sheet_desk.is_mirrored()
    assert [request.method for request in sheet_desk.stub.requests].count("values.append") == 1


async def test_rows_doubled_by_a_process_that_woke_too_late_become_one(sheet_desk: SheetDesk) -> None:
    """Fault 59: its request was on its way already when the other took over."""
    anna = await sheet_desk.capture("Anna")
    await sheet_desk.flush()
    sheet_desk.note({anna: "vip"})
    sheet_desk.stub.human.duplicate_row(2)
    sheet_desk.stub.human.edit("K3", "")
    found = await sheet_desk.reconcile()
    assert (found.duplicates, len(sheet_desk.shown)) == (1, 1)
    assert sheet_desk.beside() == {str(anna): "vip"}


async def test_one_process_holds_the_sheet_at_a_time(stack: Stack, google: StubSheets) -> None:
    desk = SheetDesk(stack, google)
    one, other = desk.mirror(), desk.mirror()
    async with held(one):
        for mirror in (one, other):
            with pytest.raises(SheetBusy):
                async with held(mirror):
                    raise AssertionError("two hold it")
    async with held(other):
        pass
