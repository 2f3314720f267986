"""The end of an answer that its visitor does not want any more."""

import json
from collections.abc import Sequence

from api.following import Sources
from shared import log
from shared.db.turns import Turn
from shared.errors import BrokerUnavailable
from shared.event_log import Entry, Event, EventId, event, start_of
from shared.jobs import AnswerTurn
from shared.vocabulary import EventName


async def cancel(turn: Turn, sources: Sources) -> None:
    """End the turn, shut its worker out of the log, and keep what was said; a turn that has ended stays as it is."""
    cancelled = await sources.database.write(lambda uow: uow.turns.cancel(turn.session_id, turn.id))
    if cancelled is None:
        return
    sources.hints.send(AnswerTurn(turn.session_id))  # the next turn may begin
    if not cancelled.was_head:  # an event's id would shut out the turn before it
        sources.relay.wake(turn.session_id, turn.seq)
        return
    try:
        said = await _shut_out(turn, EventId.of(cancelled.seq, cancelled.fence, 1), sources)
        await sources.database.write(lambda uow: uow.turns.keep_words(turn.id, said))
        last = event(EventId.of(cancelled.seq, cancelled.fence, 2), EventName.CANCELLED, {"turn_id": turn.id})
        await sources.event_log.append([Entry(turn.session_id, last)])
    except BrokerUnavailable:
        log.get().warning("cancelled_words_lost", turn_id=turn.id)


async def _shut_out(turn: Turn, place: EventId, sources: Sources) -> str:
    """Write an event that says nothing, after which the worker can write none, and return what was said before it.

    The end itself comes later: whoever hears of it finds the words in the database.
    """
    await sources.event_log.append([Entry(turn.session_id, event(place, EventName.CITATIONS, []))])
    return words_said(await sources.event_log.read(turn.session_id, start_of(turn.seq), place))


def words_said(events: Sequence[Event]) -> str:
    """Return the text of the deltas after the last reset."""
    said: list[str] = []
    for _, name, data in events:
        if name == EventName.RESET:
            said.clear()
        elif name == EventName.DELTA:
            said.append(json.loads(data)["text"])
    return "".join(said)
