"""A crowd that stays for minutes: each visitor asks, reads the answer, and rests before the next question."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.bench.crowd import spread
from tests.bench.questions import question
from tests.bench.visitors import FrontdeskVisitor, Refused, Turn

OPENING_ATTEMPTS: Final = 5
AFTER_ERROR_SECONDS: Final = 1.0
REST_SPREAD: Final = 0.5  # a rest is this share shorter or longer


@dataclass(frozen=True, slots=True)
class Stay:
    """How long the crowd stays, how long each rests, and what they expect."""

    seconds: float
    rest_seconds: float
    first_token_seconds: float  # of the model; what comes on top is the desk's
    answer: str


@dataclass(slots=True)
class Guests:
    """The crowd, and what it saw."""

    visitors: Sequence[FrontdeskVisitor]
    stay: Stay
    turns: list[Turn] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    _leave_at: float = 0.0

    async def visit(self) -> dict[str, Any]:
        """Return what was seen: each turn's time of asking and what was added to its first token, in seconds."""
        self._leave_at = time.perf_counter() + self.stay.seconds
        chance = random.Random(1)
        arrivals = [chance.uniform(0, self.stay.rest_seconds) for _ in self.visitors]
        await asyncio.gather(*(self._visit(n, arrival) for n, arrival in enumerate(arrivals)))
        added = [(turn.sent_at, turn.first_at - turn.sent_at) for turn in self.turns if turn.first_at]
        return {
            "asked": len(self.turns),
            "answered": sum(turn.problem(self.stay.answer) is None for turn in self.turns),
            "first_tokens": [(at, took - self.stay.first_token_seconds) for at, took in added],
            "turn_ms": spread([turn.ended_at - turn.sent_at for turn in self.turns]),
            "errors": dict(self.errors),
            "reconnects": sum(visitor.reconnects for visitor in self.visitors),
            "reposts": sum(visitor.reposts for visitor in self.visitors),
        }

    async def _visit(self, number: int, arrival: float) -> None:
        await asyncio.sleep(arrival)
        visitor, chance, asked = self.visitors[number], random.Random(number), 0
        if not await self._opened(visitor):
            return
        while time.perf_counter() < self._leave_at:
            await self._ask(visitor, question(number, asked))
            asked += 1
            await asyncio.sleep(self.stay.rest_seconds * chance.uniform(1 - REST_SPREAD, 1 + REST_SPREAD))
        visitor.close()

    async def _opened(self, visitor: FrontdeskVisitor) -> bool:
        for _ in range(OPENING_ATTEMPTS):
            try:
                await visitor.open()
            except (Refused, OSError, TimeoutError) as error:
                await self._fail(error)
            else:
                return True
        return False

    async def _ask(self, visitor: FrontdeskVisitor, message: str) -> None:
        try:
            turn = await visitor.ask(message)
        except (Refused, OSError) as error:
            await self._fail(error)
            return
        self.turns.append(turn)
        if problem := turn.problem(self.stay.answer):
            self.errors[problem] += 1

    async def _fail(self, error: Exception) -> None:
        self.errors[str(error) if isinstance(error, Refused) else type(error).__name__] += 1
        await asyncio.sleep(AFTER_ERROR_SECONDS)
