"""What could take a worker's slots from it for good: handlers that raise what nobody catches, and endless answers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from shared.broker import publish, publisher_app
from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.faults.fragile_desks import fragile, lent, model_of
from tests.faults.raising import KINDS, Raise
from tests.faults.record import Record, record_of
from tests.processes import Desk, Worker, desk_on
from tests.stack import Parts, Stack
from tests.stubs.llm import StubLLM

SLOTS: Final = 2
ANSWER_SECONDS: Final = 2.0
QUESTION: Final = "How do refunds work?"


class RaisingWorker(Worker):
    """A worker that knows the task `Raise`."""

    def _command(self) -> list[str | Path]:
        return [str(part).replace("workers.main", "tests.faults.raising_worker") for part in super()._command()]


def two_slots(stack: Stack, llm: StubLLM) -> Desk:
    """Return a desk whose turns are answered in two slots or, for a minute, not at all: nobody sweeps."""
    settings: dict[str, Any] = {
        "worker_slots": SLOTS,
        "model_total_seconds": ANSWER_SECONDS,
        "sweep_interval_seconds": 60,
    }
    desk = desk_on(stack, workers=0, llm=llm, **settings)
    model = {"openai_base_url": llm.base_url, "openai_api_key": "sk-test"}
    desk.workers.append(RaisingWorker(stack, 1, settings | model))
    return desk


@pytest.fixture(scope="module")
def desk_with_two_slots(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with fragile(parts, "production", tmp_path_factory.mktemp("slots"), two_slots) as desk:
        yield desk


@pytest.fixture
def slots(desk_with_two_slots: Desk) -> Iterator[Desk]:
    with lent(desk_with_two_slots) as desk:
        yield desk


@pytest.fixture
async def record(slots: Desk) -> AsyncIterator[Record]:
    async with record_of(slots.stack) as record:
        yield record


async def test_whatever_a_handler_raises_its_slot_is_free_again(slots: Desk) -> None:
    """Fault 10: CancelledError, SystemExit and KeyboardInterrupt, each in twice as many jobs as there are slots."""
    app = publisher_app(slots.stack.settings())
    for kind in KINDS:
        for _ in range(2 * SLOTS):
            await asyncio.to_thread(publish, app, Raise(kind))
    async with slots.visitor() as visitor:
        turn = await visitor.ask(QUESTION)
    assert turn["status"] == TurnStatus.DONE
    assert slots.worker.alive


async def test_an_answer_that_never_ends_gives_its_slot_back_at_its_deadline(slots: Desk, record: Record) -> None:
    """Fault 11: every slot is taken by a model that speaks without end."""
    llm = model_of(slots)
    llm.mode = "drip"
    async with slots.visitor() as first, slots.visitor() as second, slots.visitor() as third:
        endless = []
        for visitor in (first, second):
            await visitor.open()
            endless.append(await visitor.post(QUESTION))
        await eventually(lambda: llm.open_responses == SLOTS)
        llm.mode = "ok"
        await third.open()
        posted = await third.post(QUESTION)
        [row] = await record.ended([posted], within=ANSWER_SECONDS + 5)
        quoted = await record.ended(endless, within=5)
        await eventually(lambda: llm.open_responses == 0)
    assert row.model == "gpt-4.1-mini"
    assert all("within 30 days" in row.answer for row in quoted)
