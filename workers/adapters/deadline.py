"""The time a streamed answer may take: one timer per answer, however many tokens it has."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a model, in seconds."""

    connect: float
    first_token: float
    """From asking to the first text; the connection is part of it."""
    next_token: float
    total: float


class Deadline:
    """Calls `give_up` once when the next token, or the end of the whole answer, is overdue.

    `asyncio.timeout` would not do: held open over a `yield` it cancels whoever is reading the answer, and set anew for
    each token it costs a timer each. Here a token only moves a number, and the timer looks at the number when it rings.
    """

    __slots__ = ("_due", "_end", "_give_up", "_loop", "_patience", "_timer", "passed")

    def __init__(self, patience: Patience, started_at: float, give_up: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._patience, self._give_up = patience, give_up
        self._end = started_at + patience.total
        self._due = min(started_at + patience.first_token, self._end)
        self._timer = self._loop.call_at(self._due, self._ring)
        self.passed = False

    def wait_for_reader(self) -> None:
        """Hold the model's time while whoever reads the answer is busy with it; the total runs on."""
        self._due = self._end

    def wait_for_model(self) -> None:
        """Give the model its time for the next token, from now."""
        self._due = min(self._loop.time() + self._patience.next_token, self._end)

    def cancel(self) -> None:
        """Stop watching."""
        self._timer.cancel()

    def _ring(self) -> None:
        now = self._loop.time()
        if now >= self._due:
            self.passed = True
            self._give_up()
            return
        # Not at a far end straight away: the time for the next token may start in between.
        self._timer = self._loop.call_at(min(self._due, now + self._patience.next_token), self._ring)
