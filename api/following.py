"""Following a session's events: from its log, live, and from the database where the log can't tell."""

import math
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from api.continuity import Continuity
from api.drain import Drain
from api.hints import HintSender
from api.relay import EventRelay, Subscription
from api.views import Told, is_retold_end, retold, session_turn
from shared.db.sessions import Session
from shared.db.turns import Turn
from shared.db.unit_of_work import Database
from shared.errors import BrokerUnavailable
from shared.event_log import TOMBSTONE, Event, EventId, EventLog, encode_data, start_of
from shared.vocabulary import TERMINAL_EVENTS, EventName

QUIET_SECONDS: Final = 2.0  # without an event for so long, an open turn is looked up in the database
IDLE_SECONDS: Final = 12.0  # the same where no turn is open; proxies cut what is silent for longer
AWAY_SECONDS: Final = 0.5  # the same while Redis is away, and where the turn had ended before anyone asked


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
        self._told = Continuity(EventId(0, 0), whole=False)
        self._known = 0  # the place of the last turn that was told of
        self._open: set[int] = set()  # those up to it whose end is still to be told
        self._looked = False  # into the database, since we came
        self._over = False
        self._until = math.inf

    async def follow(self, last_event_id: str | None, seconds: float) -> AsyncIterator[list[Told]]:
        """Yield what happened since `last_event_id`, and go on for so long; a turn's events end with its end.

        An empty list says, every now and then, that nothing happened. A missing, trimmed or unknown id is answered
        with a snapshot, never with a silent hole; an answer whose beginning is lost is told anew, from the database,
        when it has ended.
        """
        self._until = time.monotonic() + seconds
        resumed = await self._found(EventId.parse(last_event_id)) if last_event_id else None
        if self._only and (_ends(resumed, self._only) or is_retold_end(last_event_id, self._only)):
            return
        if resumed:
            self._told, self._known = Continuity(resumed.id, whole=True), resumed.id.seq
            self._open = set() if resumed.name in TERMINAL_EVENTS else {resumed.id.seq}
        elif last_event_id or not self._only:
            yield [self._snapshot(await self._from.database.read(self._look))]
        else:
            self._told = Continuity(start_of(self._only.seq), whole=False)
        seq = self._only.seq if self._only else None
        with (
            self._from.relay.subscribe(self._session.id, self._told.place, seq) as subscription,
            self._from.drain.notify(subscription.wake),
        ):
            while not self._over and not self._leaves:
                yield await self._next(subscription)
        if not self._over:
            yield [Told(None, EventName.RECONNECT, "{}")]

    @property
    def _leaves(self) -> bool:
        return self._from.drain.begun or time.monotonic() >= self._until

    async def _next(self, subscription: Subscription) -> list[Told]:
        events = await self._news(subscription)
        told: list[Told] = []
        for event in events:
            if self._skips(event) and (missed := await self._missed(subscription)):
                return told + missed
            told += await self._tell(event)
        return told if events or self._leaves else await self._missed(subscription)

    async def _news(self, subscription: Subscription) -> list[Event]:
        if not subscription.behind:
            return await subscription.take(self._patience(subscription.posted))
        subscription.behind = False
        try:
            return await self._from.event_log.read(self._session.id, self._told.place)
        except BrokerUnavailable:
            await subscription.take(AWAY_SECONDS)
            subscription.behind = True
            return []

    def _skips(self, event: Event) -> bool:
        """Whether a turn before the event's, all of which have ended by now, may be untold."""
        return not self._only and event.id.seq > min(self._open, default=self._known + 1)

    async def _tell(self, event: Event) -> list[Told]:
        """Return what is told of an event, and note what it changes."""
        if event.id <= self._told.place or (self._only and event.id.seq != self._only.seq) or self._over:
            return []
        if event.id == TOMBSTONE:
            self._over = True
            return []
        whole = self._told.follows(event)
        self._known = max(self._known, event.id.seq)
        as_it_is = [Told(str(event.id), event.name, event.data)]
        if event.name not in TERMINAL_EVENTS:
            self._open.add(event.id.seq)
            return as_it_is if whole else []
        self._open.discard(event.id.seq)
        self._over = self._only is not None
        return as_it_is if whole else (await self._retold(event.id.seq) or as_it_is)

    async def _retold(self, seq: int) -> list[Told]:
        """Return a turn from the database, since part of it was lost on the way."""
        turns = await self._from.database.read(self._look)
        return [told for turn in turns if turn.seq == seq and not turn.is_open for told in retold(turn)]

    async def _missed(self, subscription: Subscription) -> list[Told]:
        """Return what the database knows and the log did not tell."""
        turns = await self._from.database.read(self._look)
        if any(turn.stranded for turn in turns):
            self._from.hints.repeat(self._session.id)
        ended = [turn for turn in turns if not turn.is_open]
        if self._only:
            self._over = not turns or bool(ended)
            return [told for turn in ended for told in retold(turn)]
        if any(turn.seq in self._open or turn.seq > self._known for turn in ended):
            subscription.behind = True  # a snapshot moves our place
            return [self._snapshot(turns)]
        self._note(turns)
        return []

    async def _look(self, uow: Any) -> list[Turn]:
        if self._only:
            return [turn] if (turn := await uow.turns.of_session(self._session.id, self._only.id)) else []
        found: list[Turn] = await uow.turns.all_of(self._session.id)
        return found

    def _snapshot(self, turns: list[Turn]) -> Told:
        """Return the whole; the log is followed on from the first turn that is still open."""
        self._note(turns)
        following = self._only.seq if self._only else min(self._open, default=turns[-1].seq + 1 if turns else 1)
        self._told = Continuity(start_of(following), whole=False)
        data = {"turns": [session_turn(turn).model_dump(mode="json") for turn in turns]}
        return Told(str(self._told.place), EventName.SNAPSHOT, encode_data(data).decode())

    def _note(self, turns: list[Turn]) -> None:
        """Note what the database holds: whatever has ended is told."""
        self._open = {turn.seq for turn in turns if turn.is_open}
        self._known = max([self._known, *(turn.seq for turn in turns)])
        self._looked = True

    async def _found(self, event_id: EventId | None) -> Event | None:
        try:
            return await self._from.event_log.find(self._session.id, event_id) if event_id else None
        except BrokerUnavailable:
            return None

    def _patience(self, posted: int) -> float:
        if self._from.relay.away or (self._only and not self._only.is_open):
            return AWAY_SECONDS
        expects = self._open or self._only or posted > self._known or not self._looked
        quiet = QUIET_SECONDS if expects else IDLE_SECONDS
        return quiet * random.uniform(0.8, 1.2)  # noqa: S311  (spreads the look-ups of many streams)


def _ends(event: Event | None, turn: Turn) -> bool:
    return event is not None and event.id.seq == turn.seq and event.name in TERMINAL_EVENTS
