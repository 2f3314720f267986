"""Jobs told twice, or forgotten by Redis: two beats, a short visibility timeout, a Redis that starts empty."""

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from shared.broker import publish, publisher_app
from shared.jobs import AnswerTurn, SweepTurns
from shared.vocabulary import Queue, SessionStatus, TurnStatus
from tests.eventually import eventually
from tests.faults.fragile_desks import fragile, lent, model_of
from tests.faults.record import Record, record_of
from tests.processes import Beat, Desk, Worker, desk_on
from tests.stack import BRISK, Parts, Stack
from tests.stubs.llm import StubLLM
from tests.visitor import Posted, Visitor

VISITORS: Final = 10
AGAIN: Final = 5
QUESTION: Final = "How do refunds work?"


class SweepingWorker(Worker):
    """A worker that sends hints and takes none; it does not go on patrol either."""

    def _command(self) -> list[str | Path]:
        command = super()._command()
        command[command.index("-Q") + 1] = Queue.MAINTENANCE
        return command


class OtherBeat(Beat):
    """A beat that nobody knew of, on another computer."""

    def __init__(self, stack: Stack, number: int, settings: dict[str, Any]) -> None:
        self._folder = stack.data_dir / "elsewhere"
        self._folder.mkdir()
        super().__init__(stack, number, settings | {"data_dir": self._folder})

    def is_ready(self) -> bool:
        """Tell whether it has begun to keep its schedule."""
        return bool(list(self._folder.glob("beat/schedule*")))


def two_beats(stack: Stack, llm: StubLLM) -> Desk:
    """Return a desk with two beats, and two workers of which only the first answers."""
    settings: dict[str, Any] = {
        **BRISK,
        "broker_visibility_timeout_seconds": 1,
        "session_ttl_minutes": 3 / 60,
        "log_level": "DEBUG",  # which names every job
    }
    desk = desk_on(stack, beats=1, llm=llm, **settings)
    desk.workers.append(SweepingWorker(stack, 2, settings))
    desk.beats.append(OtherBeat(stack, 2, settings))
    return desk


@pytest.fixture(scope="module")
def desk_with_two_beats(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with fragile(parts, "production", tmp_path_factory.mktemp("beats"), two_beats) as desk:
        yield desk


@pytest.fixture
def beaten(desk_with_two_beats: Desk) -> Iterator[Desk]:
    with lent(desk_with_two_beats) as desk:
        yield desk


@pytest.fixture
async def record(beaten: Desk) -> AsyncIterator[Record]:
    async with record_of(beaten.stack) as record:
        yield record


async def test_a_hint_that_comes_again_while_its_turn_is_answered_asks_the_model_nothing(
    beaten: Desk, record: Record
) -> None:
    """Fault 12: hints come again and again, as from a broker that takes the worker for dead."""
    llm = model_of(beaten)
    app = publisher_app(beaten.stack.settings())
    async with beaten.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post("[[stub:slow:2]]")
        await eventually(lambda: llm.open_responses == 1)
        for _ in range(AGAIN):
            await asyncio.to_thread(publish, app, AnswerTurn(visitor.session_id))
        [row] = await record.ended([posted], within=20)
    await eventually(lambda: _count(beaten.worker.news, AnswerTurn.name, "received") > AGAIN)
    assert (row.status, row.attempt, len(llm.requests)) == (TurnStatus.DONE, 1, 1)


async def test_two_beats_do_nothing_twice(beaten: Desk, record: Record) -> None:
    """Fault 18: everything beat sends is sent twice, while every first hint is lost."""
    model_of(beaten).behaviour.tokens_per_second = 20
    async with AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(beaten.visitor()) for _ in range(VISITORS)]
        beaten.worker.pause()
        posted = [await _first_turn(visitor) for visitor in visitors]
        beaten.stack.redis.call("DEL", Queue.CHAT)
        beaten.worker.resume()
        turns = await asyncio.gather(*(one.answer_of(turn) for one, turn in zip(visitors, posted, strict=True)))
        await eventually(lambda: all(_count(beat.news, SweepTurns.name) >= 10 for beat in beaten.beats))
        await record.sessions_are(SessionStatus.EXPIRED)
    assert {turn["status"] for turn in turns} == {TurnStatus.DONE}
    assert {row.attempt for row in await record.turns(posted)} == {1}
    assert len(model_of(beaten).requests) == VISITORS


async def test_what_an_empty_redis_forgot_is_hinted_again(beaten: Desk, record: Record) -> None:
    """Fault 3: Redis is killed with a backlog and comes back empty; its hints come back from the rows, by a sweep."""
    redis = beaten.stack.redis
    beaten.worker.kill9()
    async with AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(beaten.visitor()) for _ in range(VISITORS)]
        posted = [await _first_turn(visitor) for visitor in visitors]
        redis.restart(empty=True)

        def hinted_again() -> bool:
            hints = b"".join(b64decode(json.loads(one)["body"]) for one in redis.call("LRANGE", Queue.CHAT, 0, -1))
            return all(visitor.session_id.encode() in hints for visitor in visitors)

        await eventually(hinted_again, within=30)  # Celery tries to connect every few seconds
        await beaten.worker.start()
        rows = await record.ended(posted, within=10)
    assert {(row.status, row.attempt) for row in rows} == {(TurnStatus.DONE, 1)}


async def _first_turn(visitor: Visitor) -> Posted:
    await visitor.open()
    return await visitor.post(QUESTION)


def _count(log: str, *words: str) -> int:
    """Return how many lines have all the words."""
    return sum(all(word in line for word in words) for line in log.splitlines())
