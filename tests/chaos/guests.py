"""Visitors who never give up: they post again, stream or poll, cancel, leave their details, and note it all."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeVar

from shared.vocabulary import LeadStep, TurnStatus
from tests.sse import check_told, said
from tests.talking.crowd import steps_after
from tests.talking.people import Person
from tests.talking.talk import QUESTIONS, opening, reply
from tests.visitor import LOST, Posted, Visitor

T = TypeVar("T")

TRY_SECONDS: Final = 10.0
PATIENCE_SECONDS: Final = 120.0
PAUSE_SECONDS: Final = 0.2  # before a failed try is repeated
AGAIN: Final = 0.2  # the share of posts that are sent twice
STREAMED: Final = 0.6  # the share of answers that are streamed
CANCELLED: Final = 0.1  # the share of questions that are taken back
LONGEST_THOUGHT_SECONDS: Final = 0.6  # before a question is taken back
TURNS_PER_SESSION: Final = 5


class Told(NamedTuple):
    """How a turn ended, as its visitor was told."""

    turn_id: str
    status: str
    answer: str | None
    """None where it was not told."""


@dataclass
class Notes:
    """What all visitors did and heard."""

    told: list[Told] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    longest_seconds: float = 0


class Guest:
    """One visitor of several gateways, who repeats whatever fails."""

    def __init__(self, visitor: Visitor, gateways: Sequence[str], luck: random.Random, notes: Notes) -> None:
        self.visitor = visitor
        self._gateways, self._luck, self._notes = gateways, luck, notes

    async def insist(self, call: Callable[[], Awaitable[T]]) -> T:
        """Call until it succeeds, at whichever gateway answers. Raises TimeoutError after two minutes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with suppress(*LOST, TimeoutError):
                    async with asyncio.timeout(TRY_SECONDS):
                        return await call()
                self._notes.done["calls repeated"] += 1
                self.visitor.url = self._luck.choice(self._gateways)
                await asyncio.sleep(PAUSE_SECONDS)

    async def ask(self, message: str, *, may_cancel: bool = False) -> None:
        """Say something, and note what comes of it."""
        posted = await self._post(message)
        since = time.monotonic()
        if may_cancel and self._luck.random() < CANCELLED:
            await asyncio.sleep(self._luck.uniform(0, LONGEST_THOUGHT_SECONDS))
            await self.insist(lambda: self.visitor.cancel(posted))
            self._notes.done["cancelled"] += 1
        told = await (self._stream(posted) if self._luck.random() < STREAMED else self._poll(posted))
        self._notes.told.append(told)
        self._notes.longest_seconds = max(self._notes.longest_seconds, time.monotonic() - since)

    async def _post(self, message: str) -> Posted:
        message_id = f"{self._luck.getrandbits(128):032x}"
        posted = await self.insist(lambda: self.visitor.post(message, message_id))
        if self._luck.random() < AGAIN:
            again = await self.insist(lambda: self.visitor.post(message, message_id))
            assert (again.turn_id, again.created) == (posted.turn_id, False), f"{again} is not {posted}"
            self._notes.done["posted twice"] += 1
        return posted

    async def _stream(self, posted: Posted) -> Told:
        events = await self.visitor.follow(posted, within=PATIENCE_SECONDS)
        answer = check_told(events).get(posted.seq)
        status = events[-1].event
        whole = not any(event.event == "snapshot" for event in events)
        if status == TurnStatus.DONE and whole:
            assert said(events) == answer, f"turn {posted.turn_id} was streamed otherwise than it ended"
        self._notes.done["streamed"] += 1
        return Told(posted.turn_id, status, answer)

    async def _poll(self, posted: Posted) -> Told:
        turn = await self.visitor.answer_of(posted, within=PATIENCE_SECONDS)
        self._notes.done["polled"] += 1
        return Told(posted.turn_id, turn["status"], turn["answer"])


async def ask_around(guest: Guest, luck: random.Random, over: asyncio.Event) -> None:
    """Ask questions in one session, and take some back."""
    await guest.insist(guest.visitor.open)
    for _ in range(TURNS_PER_SESSION):
        if over.is_set():
            return
        await guest.ask(luck.choice(QUESTIONS), may_cancel=True)


async def leave_details(guest: Guest, one: Person, over: asyncio.Event) -> None:
    """Talk about oneself to the end, or to the end of the turmoil; `one` knows what was given."""
    await guest.insist(guest.visitor.open)
    message: str | None = opening(one)
    step = LeadStep.IDLE
    while message is not None:
        await guest.ask(message)
        session = await guest.insist(guest.visitor.session)
        before, step = step, LeadStep(session["lead"]["step"])
        assert step in steps_after(before), f"person {one.number} was taken from {before} to {step}"
        message = None if over.is_set() else reply(one, step)
