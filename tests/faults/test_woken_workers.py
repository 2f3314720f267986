"""A worker that was frozen for longer than its lease: it wakes in the belief that the turn is still its own."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import pytest
from sqlalchemy import Row

from shared.event_log import EventId, start_of, stream_key
from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.faults.fragile_desks import model_of
from tests.faults.record import Record
from tests.processes import Desk, Worker
from tests.sse import SseEvent, check_told
from tests.visitor import Posted, Visitor

pytestmark = pytest.mark.parametrize("fragile_desk", ["production"], indirect=True)

SLOWLY: Final = 20  # tokens per second: an answer takes two seconds
FIRST: Final = "The first worker counts: " + " ".join(map(str, range(40)))
SECOND: Final = "The second worker counts: " + " ".join(map(str, range(40, 80)))


async def test_a_worker_that_wakes_when_another_has_answered_changes_nothing(
    fragile_desk: Desk, record: Record
) -> None:
    """Fault 23: SIGSTOP beyond the lease, another worker finishes, SIGCONT."""
    async with fragile_desk.visitor() as visitor:
        posted, sleeper, hearing = await _begun_and_frozen(visitor, fragile_desk, record)
        model_of(fragile_desk).behaviour.tokens_per_second = 1000
        told = await hearing
        before = await _left_behind(visitor, posted, fragile_desk, record)
        sleeper.resume()
        await eventually(lambda: _has_acted(sleeper))
        await visitor.ask("And for a rental?")  # meanwhile whatever it still wanted to write has been written
        after = await _left_behind(visitor, posted, fragile_desk, record)
    assert check_told(told) == {1: SECOND}
    assert after == before


async def test_a_worker_that_wakes_while_another_answers_does_not_get_a_word_in(
    fragile_desk: Desk, record: Record
) -> None:
    """Fault 23: SIGSTOP beyond the lease, another worker is at the turn, SIGCONT."""
    async with fragile_desk.visitor() as visitor:
        posted, sleeper, hearing = await _begun_and_frozen(visitor, fragile_desk, record)
        await eventually(lambda: len(model_of(fragile_desk).requests) == 2)
        sleeper.resume()
        told = await hearing
        await eventually(lambda: _has_acted(sleeper))
        [row] = await record.turns([posted])
    assert (row.status, row.attempt, row.answer) == (TurnStatus.DONE, 2, SECOND)
    assert check_told(told) == {1: SECOND}


async def test_a_worker_that_freezes_in_a_transaction_holds_nobody_up(fragile_desk: Desk, record: Record) -> None:
    """Fault 23: the frozen worker has a turn's row locked; other turns are found, and that one before long."""
    model_of(fragile_desk).mode = "stall"
    doomed, other = fragile_desk.workers
    other.pause()
    async with fragile_desk.visitor() as first, fragile_desk.visitor() as second:
        await first.open()
        await second.open()
        posted = [await first.post("How do refunds work?"), await second.post("Can I rent a bike?")]
        for turn in posted:
            assert await record.holder(turn, fragile_desk) is doomed
        async with record.locked(posted[0]):
            doomed.kill9()
            model_of(fragile_desk).mode = "ok"
            other.resume()
            await record.ended(posted[1:], within=5)
            rows = await record.ended(posted, within=10)
    assert {row.attempt for row in rows} == {2}


async def _begun_and_frozen(
    visitor: Visitor, desk: Desk, record: Record
) -> tuple[Posted, Worker, asyncio.Task[list[SseEvent]]]:
    """Freeze a worker that has said its first words, and let the model have another answer for whoever comes next.

    Returns the turn, the frozen worker, and what the visitor hears to the end.
    """
    llm = model_of(desk)
    llm.behaviour.text, llm.behaviour.tokens_per_second = FIRST, SLOWLY
    await visitor.open()
    posted = await visitor.post("How do refunds work?")
    hearing = asyncio.create_task(visitor.follow(posted))
    key = stream_key(visitor.session_id)
    await eventually(lambda: desk.stack.redis.call("XLEN", key) >= 2)
    sleeper = await record.holder(posted, desk)
    sleeper.pause()
    llm.behaviour.text = SECOND
    return posted, sleeper, hearing


async def _left_behind(
    visitor: Visitor, posted: Posted, desk: Desk, record: Record
) -> tuple[Sequence[Row[Any]], list[Any]]:
    """Return the turn's row, and its events but for those of later turns."""
    events = desk.stack.redis.call("XRANGE", stream_key(visitor.session_id), "-", "+")
    later = start_of(posted.seq + 1)
    return await record.turns([posted]), [event for event in events if (EventId.parse(event[0]) or later) < later]


def _has_acted(worker: Worker) -> bool:
    """Tell whether a worker has given its turn up, or ended it."""
    return "turn_superseded" in worker.news or "turn_ended" in worker.news
