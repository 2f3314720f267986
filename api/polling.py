"""A turn's news for those who ask again and again instead of holding a stream open."""

import asyncio
import json
from typing import Final

from api.continuity import Continuity
from api.following import Sources
from api.schemas import EventView, TurnView
from api.views import Told, fault_of, is_retold_end, retold, session_turn
from shared.db.sessions import Session
from shared.db.turns import Turn
from shared.errors import BrokerUnavailable
from shared.event_log import FENCES_PER_TURN, Event, EventId, start_of
from shared.vocabulary import TERMINAL_EVENTS, EventName

END_SECONDS: Final = 0.5  # how long the end of a turn that has ended is waited for
LOOK_SECONDS: Final = 1.0  # between two looks into the database while waiting for an event


async def poll(session: Session, turn: Turn, after: str | None, wait: float, sources: Sources) -> TurnView:
    """Return the turn and its events after an id; with none, wait at most so many seconds for one.

    An id that the log does not know is answered with a snapshot and the turn's events from their start.
    """
    if is_retold_end(after, turn):
        return _view(turn, [], after)
    if turn.stranded:
        sources.hints.repeat(session.id)
    seen = await _event_at(turn, after, sources)
    start = start_of(turn.seq)
    known = seen is not None or after in {None, "", str(start)}
    place = seen.id if seen else start
    events = await _events(turn, place, sources)
    if not events and known and turn.is_open and wait:
        await _wait(turn, place, wait, sources)
        events = await _events(turn, place, sources)
    # Read after the events: a turn shown as ended must come with its end.
    now = await _now(turn, sources) or turn
    last = events[-1] if events else seen
    if not now.is_open and not _ends(last):  # the end may be about to be written, or lost
        if last or turn.is_open:
            await _wait(turn, last.id if last else start, END_SECONDS, sources)
        events = await _events(turn, place, sources)
        now = await _now(turn, sources) or now
    told = _told(now, events, Continuity(place, whole=place != start))
    if not known:
        whole = {"turns": [session_turn(now).model_dump(mode="json")]}
        told.insert(0, Told(str(place), EventName.SNAPSHOT, json.dumps(whole)))
    if not now.is_open and not _ends(events[-1] if events else seen):
        told.extend(retold(now))
    return _view(now, told, after if known else None)


async def _event_at(turn: Turn, after: str | None, sources: Sources) -> Event | None:
    """Return the event that the caller heard last, None when the log does not know it."""
    place = EventId.parse(after) if after else None
    if place is None or place.seq != turn.seq:
        return None
    try:
        return await sources.event_log.find(turn.session_id, place)
    except BrokerUnavailable:
        return None


def _ends(event: Event | None) -> bool:
    return event is not None and event.name in TERMINAL_EVENTS


async def _events(turn: Turn, place: EventId, sources: Sources) -> list[Event]:
    end = EventId(start_of(turn.seq).major + FENCES_PER_TURN - 1, 2**63)
    try:
        return await sources.event_log.read(turn.session_id, place, end)
    except BrokerUnavailable:
        return []


async def _wait(turn: Turn, place: EventId, seconds: float, sources: Sources) -> None:
    """Wait for an event of the turn, or for its end in the database."""
    with (
        sources.relay.subscribe(turn.session_id, place, turn.seq) as subscription,
        sources.drain.notify(subscription.wake),
    ):
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0 and not sources.drain.begun:
            came = await subscription.take(min(left, LOOK_SECONDS))
            if any(event.id > place for event in came):
                return
            now = await _now(turn, sources)
            if now is None or not now.is_open:
                return


async def _now(turn: Turn, sources: Sources) -> Turn | None:
    return await sources.database.read(lambda uow: uow.turns.of_session(turn.session_id, turn.id))


def _told(turn: Turn, events: list[Event], continuity: Continuity) -> list[Told]:
    """Return what is told of the events: an answer whose beginning is lost is told anew once it has ended."""
    told = []
    for event in events:
        if continuity.follows(event):
            told.append(Told(str(event.id), event.name, event.data))
        elif event.name in TERMINAL_EVENTS:
            told.extend(retold(turn))
    return told


def _view(turn: Turn, told: list[Told], after: str | None) -> TurnView:
    return TurnView(
        turn_id=turn.id,
        seq=turn.seq,
        status=turn.status,
        answer=turn.answer,
        citations=turn.citations,
        error=fault_of(turn),
        last_event_id=told[-1].id if told else after or None,
        events=[EventView(id=one.id, event=one.name, data=json.loads(one.data)) for one in told],
    )
