"""The events of running turns, coalesced and written to Redis in one round trip for the whole process.

Text is gathered for a moment and written with that of every other turn; only the first words of an answer are sent at
once. After a failed write, when nobody knows what arrived, a turn's answer is begun again with a `reset` and the whole
text so far, so that visitors see neither a hole nor a word twice.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from shared import endings, log
from shared.db.claims import Claim, Outcome
from shared.errors import BrokerUnavailable
from shared.event_log import Appended, Entry, EventId, EventLog, event
from shared.vocabulary import EventName, TurnStatus
from workers import metrics

COALESCE_SECONDS: Final = 0.01  # models are read in a rhythm: this takes what one of its beats brought all turns
AGAIN_SECONDS: Final = 0.5  # pause after a failed write
END_SECONDS: Final = 2.0  # how long a finished turn waits for its last event to be written


class LoggedTurn:
    """One turn's events on their way to the log."""

    def __init__(self, writer: "EventWriter", claim: Claim, on_superseded: Callable[[], None]) -> None:
        self._writer, self._claim, self._on_superseded = writer, claim, on_superseded
        self._count = 0
        self._said: list[str] = []
        self._unsent: list[str] = []
        self._events: endings.Ending = []
        self._written = asyncio.Event()
        self._restarts = False
        self._spoke = False
        self._opened_at: float | None = monotonic()  # None once the first words were said

    def reset(self) -> None:
        """Begin the answer, or begin it again."""
        self._said.clear()
        self._unsent.clear()
        self._restarts = True
        self._spoke = False
        self._writer.enqueue(self, urgent=False)

    def say(self, text: str) -> None:
        """Add to the answer; its first words leave at once."""
        self._said.append(text)
        self._unsent.append(text)
        self._writer.enqueue(self, urgent=not self._spoke)
        self._spoke = True
        if self._opened_at is not None:
            metrics.FIRST_WORDS.observe(self._claim.waited + monotonic() - self._opened_at)
            self._opened_at = None

    async def end(self, outcome: Outcome) -> None:
        """Write the citations and the terminal event, and wait a little for them to be written."""
        self._events = ending(self._claim, outcome)
        self._writer.enqueue(self, urgent=True)
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._written.wait()
        except TimeoutError:
            log.get().warning("turn_end_unwritten", turn_id=self._claim.turn_id)

    def take(self) -> list[Entry]:
        """Return what is to be written now."""
        entries = []
        if self._restarts:
            about = {"turn_id": self._claim.turn_id, "seq": self._claim.seq, "attempt": self._claim.attempt}
            entries.append(self._entry(EventName.RESET, about))
            self._unsent = [*self._said]
            self._restarts = False
        if self._unsent:
            entries.append(self._entry(EventName.DELTA, {"text": "".join(self._unsent)}))
            self._unsent.clear()
        entries.extend(self._entry(name, data) for name, data in self._events)
        return entries

    def settle(self, fates: list[Appended]) -> None:
        """Learn what became of what was taken."""
        if Appended.REFUSED in fates:
            self._writer.forget(self)
            self._written.set()
            if not self._events:  # a turn that has ended can't be lost, and its task may be at the next one
                self._on_superseded()
        elif Appended.MISSING in fates:
            self.start_over()
        elif self._events:
            self._written.set()

    def start_over(self) -> None:
        """Write the whole answer so far again: what was written is unknown or gone."""
        self._restarts = True
        self._writer.enqueue_later(self)

    def _entry(self, name: EventName, data: object) -> Entry:
        self._count += 1
        place = EventId.of(self._claim.seq, self._claim.fence, self._count)
        return Entry(self._claim.session_id, event(place, name, data))


class EventWriter:
    """Writes the events of every turn that this process runs."""

    def __init__(self, event_log: EventLog) -> None:
        self._log = event_log
        self._open: set[LoggedTurn] = set()
        self._waiting: dict[LoggedTurn, bool] = {}
        self._wake = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def of(self, claim: Claim, on_superseded: Callable[[], None]) -> Iterator[LoggedTurn]:
        """Keep a claimed turn's events open while the block runs; what is unwritten after it is forgotten."""
        turn = LoggedTurn(self, claim, on_superseded)
        self._open.add(turn)
        try:
            yield turn
        finally:
            self.forget(turn)

    def enqueue(self, turn: LoggedTurn, *, urgent: bool) -> None:
        """Note that a turn has something to write, now or with the others."""
        if turn not in self._open:  # one whose write failed comes back later, and may be over by then
            return
        self._waiting[turn] = urgent or self._waiting.get(turn, False)
        if urgent:
            self._wake.set()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(COALESCE_SECONDS, self._tick)

    def enqueue_later(self, turn: LoggedTurn) -> None:
        """Note that a turn has something to write when Redis had time to come back."""
        asyncio.get_running_loop().call_later(AGAIN_SECONDS, lambda: self.enqueue(turn, urgent=False))

    def forget(self, turn: LoggedTurn) -> None:
        """Drop what a turn wanted to write, and whatever it may still want to."""
        self._open.discard(turn)
        self._waiting.pop(turn, None)

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due = [turn for turn, urgent in self._waiting.items() if urgent]
            await self._write(due)

    def _tick(self) -> None:
        self._timer = None
        self._waiting = dict.fromkeys(self._waiting, True)
        self._wake.set()

    async def _write(self, due: list[LoggedTurn]) -> None:
        taken = []
        for turn in due:
            del self._waiting[turn]
            taken.append((turn, turn.take()))
        entries = [entry for _, its in taken for entry in its]
        if not entries:
            return
        try:
            fates = iter(await self._log.append(entries))
        except BrokerUnavailable:
            metrics.EVENTS_UNWRITTEN.inc(len(due))
            log.get().warning("events_unwritten", turns=len(due))
            for turn in due:
                turn.start_over()
            return
        for turn, its in taken:
            turn.settle([next(fates) for _ in its])


def ending(claim: Claim, outcome: Outcome) -> endings.Ending:
    """Return the last events of a turn that ended so."""
    if outcome.status is not TurnStatus.DONE:
        return endings.failed(claim.turn_id, outcome.error_code)
    return endings.done(claim.turn_id, outcome)
