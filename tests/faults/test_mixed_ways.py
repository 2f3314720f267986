"""Visitors who mix every way to hear an answer and break off whenever they like: each ends up with what is stored."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, Final

from shared.db.claims import Finished, Outcome
from shared.vocabulary import OPEN_STATUSES, EventName, TurnStatus
from tests.processes import Desk, running
from tests.sse import SseEvent, check_told
from tests.stack import Stack
from tests.visitor import Posted, Visitor

READERS: Final = 24
MESSAGES: Final = ("How do refunds work?", "[[stub:cut_clean]] And for bikes?")  # the second is begun three times
NO_IDS: Final = ("", "1", "0-0", "-", "999999-1", "1001-99999999999999999999", "99999999999999999999-1", "ü-ü")


async def test_any_mix_of_polls_streams_and_reconnects_tells_what_is_stored(desk: Desk) -> None:
    """Fault 30: readers poll, stream the turn or the session, break off, and forget or mistake their place."""
    async with desk.visitor() as visitor:
        await visitor.open()
        with _slow_words(desk):
            posted = [await visitor.post(message) for message in MESSAGES]
            reading = [Reader(visitor, turn, random.Random(seed)).read() for turn in posted for seed in range(READERS)]
            texts = await asyncio.gather(*reading)
        stored = [turn["answer"] for turn in (await visitor.session())["turns"]]
    assert all(stored)
    assert texts == [answer for answer in stored for _ in range(READERS)]


async def test_an_end_that_was_stored_and_never_told_is_found_whichever_way_one_asks(local_stack: Stack) -> None:
    """Fault 30: the worker died right after its commit. Polls and streams alike tell the answer and its end."""
    async with running(local_stack, workers=0) as desk, desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post("How do refunds work?")
        await _answer_in_the_database(local_stack, visitor.session_id, "Within 30 days.")
        reply = await visitor.turn(posted)
        polled = [SseEvent(one["id"], one["event"], one["data"]) for one in reply["events"]]
        streamed = await visitor.follow(posted)
    assert reply["status"] == TurnStatus.DONE
    assert check_told(polled) == check_told(streamed) == {1: "Within 30 days."}


class Reader:
    """What somebody has before their eyes of one turn, put together as the contract says, however it came."""

    def __init__(self, visitor: Visitor, turn: Posted, luck: random.Random) -> None:
        self._visitor, self._turn, self._luck = visitor, turn, luck
        self._place = ""
        self._text = ""
        self._over = False

    async def read(self) -> str:
        """Read the turn to its end, and return its text."""
        async with asyncio.timeout(30):
            while not self._over:
                await self._luck.choice([self._poll, self._stream_turn, self._stream_session])()
                if self._luck.random() < 0.15:
                    self._place = self._luck.choice(NO_IDS)
        return self._text

    async def _poll(self) -> None:
        reply = await self._visitor.turn(self._turn, after=self._place, wait=self._luck.choice([0, 0.1, 1]))
        for told in reply["events"]:
            self._hear(SseEvent(told["id"] or "", told["event"], told["data"]))
        self._place = reply["last_event_id"] or self._place
        assert reply["status"] in OPEN_STATUSES or self._over, f"{reply} is ended without its end"

    async def _stream_turn(self) -> None:
        await self._listen(self._visitor.events(self._turn, self._place))

    async def _stream_session(self) -> None:
        await self._listen(self._visitor.session_events(self._place))

    async def _listen(self, stream: AsyncIterator[SseEvent]) -> None:
        """Hear some events, and break off."""
        assert isinstance(stream, AsyncGenerator)
        left = self._luck.choice([1, 2, 5, 20])
        async with aclosing(stream):
            async for event in stream:
                if not self._over:
                    self._hear(event)
                left -= 1
                if self._over or not left:
                    return

    def _hear(self, event: SseEvent) -> None:
        self._place = event.id or self._place
        if event.event == EventName.SNAPSHOT:
            self._see(event.data["turns"])
        elif not event.id.startswith(f"{self._turn.seq}0"):  # another turn's, on the session's stream
            return
        elif event.event == EventName.RESET:
            self._text = ""
        elif event.event == EventName.DELTA:
            self._text += event.data["text"]
        elif event.event == EventName.DONE:
            assert self._text == event.data["answer"]
            self._over = True

    def _see(self, turns: list[dict[str, Any]]) -> None:
        [turn] = [turn for turn in turns if turn["turn_id"] == self._turn.turn_id]
        self._text = turn["answer"] or ""
        self._over = turn["status"] not in OPEN_STATUSES


async def _answer_in_the_database(stack: Stack, session_id: str, answer: str) -> None:
    claims = await stack.database.stepwise(lambda uow: uow.claims.claim([session_id], "worker", 60))
    ended = await stack.database.stepwise(
        lambda uow: uow.claims.finish(claims[session_id], Outcome(TurnStatus.DONE, answer))
    )
    assert ended is Finished.NOW


@contextmanager
def _slow_words(desk: Desk) -> Iterator[None]:
    """Have the model speak slowly enough for readers to come and go."""
    assert desk.llm
    before = desk.llm.behaviour.tokens_per_second
    desk.llm.behaviour.tokens_per_second = 15
    yield
    desk.llm.behaviour.tokens_per_second = before
