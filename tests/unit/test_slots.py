"""A process answers so many turns at once, and no failure of one takes its slot along."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from tests.eventually import eventually_sync
from workers.loop import LoopThread, WorkAborted
from workers.ports import Retired
from workers.slots import Slots

AT_ONCE = 2


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    loop = LoopThread()
    loop.start()
    yield loop
    loop.run(end_everything(), 5)
    loop.stop()


@pytest.fixture
def slots(loop: LoopThread) -> Slots:
    return Slots(loop, AT_ONCE)


async def end_everything() -> None:
    """Leave no work behind for the collector to find."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def end_the_process() -> None:
    raise SystemExit(1)


async def be_cancelled() -> None:
    raise asyncio.CancelledError


async def never_end() -> None:
    await asyncio.Event().wait()


def test_work_beyond_the_slots_waits_until_one_is_free(slots: Slots) -> None:
    over, begun = threading.Event(), list[int]()

    async def work() -> None:
        begun.append(1)
        await asyncio.to_thread(over.wait)

    waiting = [threading.Thread(target=slots.begin, args=(work, 10)) for _ in range(AT_ONCE + 1)]
    for thread in waiting:
        thread.start()
    eventually_sync(lambda: len(begun) == AT_ONCE)
    assert sum(thread.is_alive() for thread in waiting) == 1
    over.set()
    eventually_sync(lambda: len(begun) == AT_ONCE + 1)
    for thread in waiting:
        thread.join(5)


@pytest.mark.parametrize("work", [end_the_process, be_cancelled])
def test_whatever_work_raises_its_slot_is_free_again(slots: Slots, work: type) -> None:
    for _ in range(3 * AT_ONCE):
        slots.begin(work, 5)
    eventually_sync(lambda: slots.room == AT_ONCE)


def test_work_that_never_ends_gives_its_slot_back_in_time(slots: Slots) -> None:
    for _ in range(AT_ONCE):
        slots.begin(never_end, 0.1)
    slots.begin(never_end, 5)
    assert slots.room < AT_ONCE


def test_nothing_is_begun_when_no_slot_gets_free_in_time(slots: Slots) -> None:
    for _ in range(AT_ONCE):
        slots.begin(never_end, 60)
    with pytest.raises(WorkAborted):
        slots.begin(never_end, 0.05)


def test_nothing_is_begun_when_the_process_is_about_to_end(slots: Slots) -> None:
    slots.close()
    assert slots.room == 0
    with pytest.raises(Retired):
        slots.begin(never_end, 1)
    assert not slots.try_begin(never_end, 1)
