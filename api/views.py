"""From what the database holds to what a visitor may see."""

from typing import Final, NamedTuple

from api.schemas import SessionTurn, TurnFault
from shared import endings
from shared.db.turns import Turn
from shared.event_log import EventId, encode_data
from shared.vocabulary import EventName, Rating, TurnStatus

RETOLD: Final = 1_000_000_000  # the count of the first event that is not from the log; no answer has so many


class Told(NamedTuple):
    """An event for a visitor; `id` is None for one that is not in the log."""

    id: str | None
    name: str
    data: str


def session_turn(turn: Turn) -> SessionTurn:
    """Return a turn as it stands in its session."""
    return SessionTurn(
        turn_id=turn.id,
        seq=turn.seq,
        message=turn.question,
        answer=turn.answer,
        status=turn.status,
        citations=turn.citations,
        lead=turn.lead,
        rating=Rating(turn.rating) if turn.rating else None,
        created_at=turn.created_at,
    )


def fault_of(turn: Turn) -> TurnFault | None:
    """Return why the turn failed, None when it did not."""
    if turn.status is not TurnStatus.FAILED:
        return None
    return TurnFault(code=turn.error_code or "failed", message=endings.SORRY)


def retold(turn: Turn) -> list[Told]:
    """Return a turn that has ended from its beginning, made from the database, with ids after all of its log's."""
    events: endings.Ending = [(EventName.RESET, {"turn_id": turn.id, "seq": turn.seq, "attempt": turn.attempt})]
    if turn.answer:
        events.append((EventName.DELTA, {"text": turn.answer}))
    events.extend(_ending(turn))
    return [
        Told(str(EventId.of(turn.seq, turn.fence, RETOLD + n)), name, encode_data(data).decode())
        for n, (name, data) in enumerate(events)
    ]


def is_retold_end(event_id: str | None, turn: Turn) -> bool:
    """Whether the id is that of the turn's end as it is told from the database: whoever has it has heard all."""
    return bool(event_id) and not turn.is_open and event_id == retold(turn)[-1].id


def _ending(turn: Turn) -> endings.Ending:
    if turn.status is TurnStatus.FAILED:
        return endings.failed(turn.id, turn.error_code)
    if turn.status is TurnStatus.CANCELLED:
        return endings.cancelled(turn.id)
    return endings.done(turn.id, turn)
