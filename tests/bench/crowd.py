"""A crowd of visitors, each of whom keeps one question under way, and what they saw."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.questions import question
from tests.bench.visitors import Refused, Turn, Visitor

LAG_LOOK_SECONDS = 0.01
AFTER_ERROR_SECONDS = 1.0
OPENING_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Rules:
    """How long the crowd stays, and what it expects."""

    turns_per_visitor: int
    first_token_seconds: float  # of the model; what comes on top is the system's
    turn_seconds: float  # of the model; arrivals are spread over it
    answer: str
    seconds_at_most: float


class Crowd:
    """A closed loop: nobody asks again before the last answer is there.

    Measuring begins when every visitor has had one answer, and ends when every one has had enough that began after.
    """

    def __init__(self, visitors: Sequence[Visitor], rules: Rules, tell: Callable[[str], None]) -> None:
        self._visitors, self._rules, self._tell = visitors, rules, tell
        self._cold, self._hungry = len(visitors), len(visitors)
        self._begun_at: float | None = None
        self._over_at: float | None = None
        self._measured: list[Turn] = []
        self._completed = 0
        self._errors: Counter[str] = Counter()
        self._lags: list[float] = []

    async def stay(self) -> dict[str, Any]:
        """Return what was seen, times in milliseconds unless named otherwise."""
        watch = asyncio.create_task(self._watch_lag())
        gap = self._rules.turn_seconds / len(self._visitors)
        try:
            async with asyncio.timeout(self._rules.seconds_at_most):
                await asyncio.gather(*(self._visit(n, one, n * gap) for n, one in enumerate(self._visitors)))
        except TimeoutError:
            self._errors["crowd_gave_up"] += 1
        watch.cancel()
        self._finish()
        return self._report()

    async def _visit(self, number: int, visitor: Visitor, delay: float) -> None:
        await asyncio.sleep(delay)
        if await self._opened(visitor):
            await self._ask(visitor, question(number, 0))
        self._warmed()
        asked = 0
        while self._over_at is None:
            turn = await self._ask(visitor, question(number, asked + 1))
            # A turn that began before measuring did is one more of warming up.
            if turn is None or self._begun_at is None or turn.sent_at < self._begun_at:
                continue
            self._measured.append(turn)
            asked += 1
            if asked == self._rules.turns_per_visitor:
                self._sated()
        visitor.close()

    async def _opened(self, visitor: Visitor) -> bool:
        for _ in range(OPENING_ATTEMPTS):
            try:
                await visitor.open()
            except (Refused, OSError, TimeoutError) as error:
                await self._fail(str(error) if isinstance(error, Refused) else type(error).__name__)
            else:
                return True
        return False

    async def _ask(self, visitor: Visitor, message: str) -> Turn | None:
        try:
            turn = await visitor.ask(message)
        except (Refused, OSError) as error:
            await self._fail(str(error) if isinstance(error, Refused) else type(error).__name__)
            return None
        if self._over_at is None and self._begun_at is not None:
            self._completed += 1
        if problem := turn.problem(self._rules.answer):
            await self._fail(problem)
        return turn

    async def _fail(self, what: str) -> None:
        self._errors[what] += 1
        await asyncio.sleep(AFTER_ERROR_SECONDS)

    def _warmed(self) -> None:
        self._cold -= 1
        if self._cold == 0:
            self._begun_at = time.perf_counter()
            self._lags.clear()
            self._tell("begin")

    def _sated(self) -> None:
        self._hungry -= 1
        if self._hungry == 0:
            self._finish()

    def _finish(self) -> None:
        if self._over_at is None:
            self._over_at = time.perf_counter()
            self._tell("end")

    async def _watch_lag(self) -> None:
        while True:
            due = time.perf_counter() + LAG_LOOK_SECONDS
            await asyncio.sleep(LAG_LOOK_SECONDS)
            if self._over_at is None:
                self._lags.append(time.perf_counter() - due)

    def _report(self) -> dict[str, Any]:
        measured, offset = self._measured, self._rules.first_token_seconds
        first = [turn.first_at - turn.sent_at - offset for turn in measured if turn.first_at]
        accepted = [turn.accepted_at - turn.sent_at for turn in measured if turn.accepted_at]
        seconds = (self._over_at or 0.0) - self._begun_at if self._begun_at else 0.0
        return {
            "visitors": len(self._visitors),
            "measured_turns": len(measured),
            "completed_turns": self._completed,
            "window_seconds": round(seconds, 3),
            "added_first_token_ms": spread(first),
            "accepted_ms": spread(accepted),
            "turn_ms": spread([turn.ended_at - turn.sent_at for turn in measured]),
            "errors": dict(self._errors),
            "reconnects": sum(visitor.reconnects for visitor in self._visitors),
            "load_lag_ms": spread(self._lags),
        }


def spread(seconds: Sequence[float]) -> dict[str, float | None]:
    """Return median, 99th percentile and maximum, in milliseconds; None of nothing."""
    ordered, last = sorted(seconds), len(seconds) - 1
    picked = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {
        name: round(ordered[min(last, int(share * len(ordered)))] * 1000, 2) if ordered else None
        for name, share in picked.items()
    }
