"""A turn's news for those who ask again and again instead of holding a stream open."""

import json

from api.following import QUIET_SECONDS, Sources
from api.schemas import EventView, TurnView
from api.views import fault_of, session_turn
from shared.db.sessions import Session
from shared.db.turns import Turn
from shared.errors import BrokerUnavailable
from shared.event_log import FENCES_PER_TURN, Event, EventId, start_of
from shared.vocabulary import EventName


async def poll(session: Session, turn: Turn, after: str | None, wait: float, sources: Sources) -> TurnView:
    """Return the turn and its events after an id; with none, wait at most so many seconds for one.

    An id that the log does not know is answered with a snapshot and the turn's events from their start.
    """
    if turn.stranded:
        sources.hints.send(session.id)
    place, known = await _place_of(turn, after, sources)
    events = await _events(turn, place, sources)
    if not events and turn.is_open and wait:
        await _wait(turn, place, wait, sources)
        events = await _events(turn, place, sources)
    # Read after the events: a turn shown as ended must come with its end.
    now = await _now(turn, sources)
    return _view(now or turn, events, place if known and after else None, snapshot=not known)


async def _place_of(turn: Turn, after: str | None, sources: Sources) -> tuple[EventId, bool]:
    """Return where to read on from, and whether the caller has seen all that is before it."""
    start = start_of(turn.seq)
    if not after or after == str(start):
        return start, True
    place = EventId.parse(after)
    try:
        if place and place.seq == turn.seq and await sources.event_log.holds(turn.session_id, place):
            return place, True
    except BrokerUnavailable:
        pass
    return start, False


async def _events(turn: Turn, place: EventId, sources: Sources) -> list[Event]:
    end = EventId(start_of(turn.seq).major + FENCES_PER_TURN - 1, 2**63)
    try:
        return await sources.event_log.read(turn.session_id, place, end)
    except BrokerUnavailable:
        return []


async def _wait(turn: Turn, place: EventId, seconds: float, sources: Sources) -> None:
    """Wait for an event of the turn, or for its end in the database."""
    with (
        sources.relay.subscribe(turn.session_id, place) as subscription,
        sources.drain.notify(subscription.wake),
    ):
        left = seconds
        while left > 0 and not sources.drain.begun:
            if subscription.behind and await _events(turn, place, sources):
                return
            subscription.behind = False
            if any(event.id.seq == turn.seq for event in await subscription.take(min(left, QUIET_SECONDS / 2))):
                return
            left -= QUIET_SECONDS / 2
            now = await _now(turn, sources)
            if now is None or not now.is_open:
                return


async def _now(turn: Turn, sources: Sources) -> Turn | None:
    return await sources.database.read(lambda uow: uow.turns.of_session(turn.session_id, turn.id))


def _view(turn: Turn, events: list[Event], place: EventId | None, *, snapshot: bool) -> TurnView:
    shown = [EventView(id=str(event.id), event=event.name, data=json.loads(event.data)) for event in events]
    if snapshot:
        whole = {"turns": [session_turn(turn).model_dump(mode="json")]}
        shown.insert(0, EventView(id=str(start_of(turn.seq)), event=EventName.SNAPSHOT, data=whole))
    return TurnView(
        turn_id=turn.id,
        seq=turn.seq,
        status=turn.status,
        answer=turn.answer,
        citations=turn.citations,
        error=fault_of(turn),
        last_event_id=shown[-1].id if shown else (str(place) if place else None),
        events=shown,
    )
