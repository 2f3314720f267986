"""From what the database holds to what a visitor may see."""

from typing import Final, NamedTuple

from api.schemas import SessionTurn, TurnFault
from shared.db.turns import Turn
from shared.event_log import encode_data
from shared.ids import hash_of
from shared.vocabulary import EventName, Rating, TurnStatus

SORRY: Final = "Something went wrong with this answer. Please ask again."


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
        rating=Rating(turn.rating) if turn.rating else None,
        created_at=turn.created_at,
    )


def fault_of(turn: Turn) -> TurnFault | None:
    """Return why the turn failed, None when it did not."""
    if turn.status is not TurnStatus.FAILED:
        return None
    return TurnFault(code=turn.error_code or "failed", message=SORRY)


def terminal_of(turn: Turn) -> list[Told]:
    """Return the last events of a turn that has ended, made from the database."""
    if turn.status is TurnStatus.FAILED:
        failed = {"turn_id": turn.id, "code": turn.error_code, "message": SORRY}
        return [_told(EventName.FAILED, failed)]
    if turn.status is TurnStatus.CANCELLED:
        return [_told(EventName.CANCELLED, {"turn_id": turn.id})]
    answer = turn.answer or ""
    done = {"turn_id": turn.id, "answer": answer, "sha256": hash_of(answer), "finish_reason": turn.finish_reason}
    return [_told(EventName.CITATIONS, turn.citations), _told(EventName.DONE, done)]


def _told(name: EventName, data: object) -> Told:
    return Told(None, name, encode_data(data).decode())
