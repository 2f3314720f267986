"""Following a session's events: from its log, live, and from the database where the log can't tell."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from api.drain import Drain
from api.hints import HintSender
from api.relay import EventRelay, Subscription
from api.views import Told, session_turn, terminal_of
from shared.db.sessions import Session
from shared.db.turns import Turn
from shared.db.unit_of_work import Database
from shared.errors import BrokerUnavailable
from shared.event_log import Event, EventId, EventLog, encode_data, start_of
from shared.vocabulary import TERMINAL_EVENTS, EventName

QUIET_SECONDS: Final = 2.0  # without an event for so long, an open turn is looked up in the database
IDLE_SECONDS: Final = 20.0  # the same where no turn is open
AWAY_SECONDS: Final = 0.5  # the same while Redis is away
ALWAYS_TOLD: Final = frozenset({*TERMINAL_EVENTS, EventName.RESET})


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a follower finds out what happened."""

    database: Database
    event_log: EventLog
    relay: EventRelay
    hints: HintSender
    drain: Drain


class Follower:
    """What one connection has been told of a session, or of one turn of it."""

    def __init__(self, sources: Sources, session: Session, only: Turn | None = None) -> None:
        self._from, self._session, self._only = sources, session, only
        self._place = EventId(0, 0)
        self._anchor = -1
        """The run (`EventId.major`) followed from its start: a delta of another would have lost its beginning."""
        self._open: dict[int, str] = {}
        self._over = False

    async def follow(self, last_event_id: str | None) -> AsyncIterator[Told]:
        """Yield what happened since `last_event_id`, and go on; a turn's events end with its end.

        A missing, trimmed or unknown id is answered with a snapshot, never with a silent hole.
        """
        resumed = EventId.parse(last_event_id) if last_event_id else None
        if resumed and await self._knows(resumed):
            self._place, self._anchor = resumed, resumed.major
        elif resumed or last_event_id or not self._only:
            yield await self._snapshot()
        else:
            self._place = start_of(self._only.seq)
        with (
            self._from.relay.subscribe(self._session.id, self._place) as subscription,
            self._from.drain.notify(subscription.wake),
        ):
            while not self._over and not self._from.drain.begun:
                for told in await self._next(subscription):
                    yield told
        if not self._over:
            yield Told(None, EventName.RECONNECT, "{}")

    async def _next(self, subscription: Subscription) -> list[Told]:
        if subscription.behind:
            events = await self._read()
            subscription.behind = False
        else:
            events = await subscription.take(self._patience())
        told = [Told(str(event.id), event.name, event.data) for event in events if self._tells(event)]
        return told if events or self._from.drain.begun else await self._missed()

    def _tells(self, event: Event) -> bool:
        """Tell whether an event is news here, and note what it changes."""
        if event.id <= self._place or (self._only and event.id.seq != self._only.seq) or self._over:
            return False
        self._place = event.id
        if event.name == EventName.RESET:
            self._anchor = event.id.major
            self._open[event.id.seq] = event.name
        elif event.name in TERMINAL_EVENTS:
            self._open.pop(event.id.seq, None)
            self._over = self._only is not None
        return event.name in ALWAYS_TOLD or event.id.major == self._anchor

    async def _missed(self) -> list[Told]:
        """Return what the database knows and the log did not tell."""
        turns = await self._from.database.read(self._look)
        if any(turn.stranded for turn in turns):
            self._from.hints.send(self._session.id)
        if self._only:
            return self._ended(turns)
        ended = [turn for turn in turns if not turn.is_open and turn.seq in self._open]
        if not ended and not self._from.relay.away:
            return []
        return [await self._snapshot()]

    def _ended(self, turns: list[Turn]) -> list[Told]:
        if turns and turns[0].is_open:
            return []
        self._over = True
        return [terminal for turn in turns for terminal in terminal_of(turn)]

    async def _look(self, uow: Any) -> list[Turn]:
        if self._only:
            return [turn] if (turn := await uow.turns.of_session(self._session.id, self._only.id)) else []
        found: list[Turn] = await uow.turns.all_of(self._session.id)
        return found

    async def _snapshot(self) -> Told:
        """Return the whole from the database; the log is followed on from the first turn that is still open."""
        turns = await self._from.database.read(self._look)
        still_open = [turn.seq for turn in turns if turn.is_open]
        following = self._only.seq if self._only else min(still_open, default=turns[-1].seq + 1 if turns else 1)
        self._place, self._anchor = start_of(following), -1
        self._open = {turn.seq: turn.id for turn in turns if turn.is_open}
        data = {"turns": [session_turn(turn).model_dump(mode="json") for turn in turns]}
        return Told(str(self._place), EventName.SNAPSHOT, encode_data(data).decode())

    async def _knows(self, event_id: EventId) -> bool:
        try:
            return await self._from.event_log.holds(self._session.id, event_id)
        except BrokerUnavailable:
            return False

    async def _read(self) -> list[Event]:
        try:
            return await self._from.event_log.read(self._session.id, self._place)
        except BrokerUnavailable:
            return []

    def _patience(self) -> float:
        if self._from.relay.away:
            return AWAY_SECONDS
        quiet = QUIET_SECONDS if self._open or self._only else IDLE_SECONDS
        return quiet * random.uniform(0.8, 1.2)  # noqa: S311  (spreads the look-ups of many streams)
