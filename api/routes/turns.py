"""Turns: posted, polled, cancelled, rated."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from structlog.contextvars import bind_contextvars

from api.cancelling import cancel
from api.dependencies import Token, UseDatabase, UseGateway, UseSources, Visitor
from api.errors import responses
from api.links import links
from api.polling import poll
from api.rate_limits import limit_asking, limit_writing
from api.rates import HEADERS
from api.request_log import current_request_id
from api.schemas import RatingPut, TurnAccepted, TurnCreate, TurnView
from shared import tracing
from shared.db.posts import NewTurn
from shared.db.turns import Turn
from shared.db.unit_of_work import Database
from shared.errors import MessageTooLong, TurnNotFound
from shared.ids import is_id
from shared.jobs import AnswerTurn
from shared.vocabulary import TurnStatus

router = APIRouter(prefix="/v1/turns", tags=["turns"])

LONGEST_WAIT_SECONDS = 25
ABOUT_IT = links("turn_id", "/turn_id", "read_turn", "turn_events", "cancel_turn", "rate_turn")

TurnId = Annotated[str, Path(description="A turn's id, as the post returned it.")]


async def found(turn_id: str, session_id: str, database: Database) -> Turn:
    """Return the session's turn. Raises TurnNotFound, alike for an unknown id and for another session's."""
    if not is_id(turn_id):  # the database may refuse even to look for it
        raise TurnNotFound
    turn = await database.read(lambda uow: uow.turns.of_session(session_id, turn_id))
    if turn is None:
        raise TurnNotFound
    return turn


@router.post(
    "",
    status_code=202,
    responses={
        200: {
            "model": TurnAccepted,
            "description": "This message was posted before; here is its turn.",
            "headers": HEADERS,
            "links": ABOUT_IT,
        },
        202: {"headers": HEADERS, "links": ABOUT_IT},
        **responses(
            "invalid_token",
            "session_expired",
            "idempotency_conflict",
            "too_many_open_turns",
            "rate_limited",
            "message_too_long",
        ),
    },
    dependencies=[Depends(limit_asking)],
)
async def post_turn(body: TurnCreate, response: Response, token: Token, gateway: UseGateway) -> TurnAccepted:
    """Take a visitor's message: once the answer is 202, it will be answered."""
    settings = gateway.settings
    if len(body.message) > settings.message_max_characters:
        raise MessageTooLong
    new = NewTurn(
        body.message,
        body.client_message_id,
        settings.session_max_waiting_turns,
        settings.turn_deadline_seconds,
        settings.session_ttl_minutes * 60,
    )
    turn = await gateway.posting.post(token, new)
    bind_contextvars(session_id=turn.session_id, turn_id=turn.id)
    tracing.note({"frontdesk.session_id": turn.session_id, "frontdesk.turn_id": turn.id})
    url = f"/v1/turns/{turn.id}"
    response.headers["Location"] = url
    gateway.sources.relay.expect(turn.session_id, turn.seq)
    if turn.status is TurnStatus.QUEUED:  # also when posted before: that hint may never have been sent
        gateway.sources.hints.send(AnswerTurn(turn.session_id, turn.id, current_request_id(), tracing.traceparent()))
    if not turn.created:
        response.status_code = 200
    return TurnAccepted(turn_id=turn.id, seq=turn.seq, status=turn.status, url=url, events_url=f"{url}/events")


@router.get("/{turn_id}", responses=responses("invalid_token", "not_found"))
async def read_turn(
    turn_id: TurnId,
    visitor: Visitor,
    sources: UseSources,
    after: Annotated[str | None, Query(max_length=64)] = None,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
) -> TurnView:
    """Return a turn with its events after an id, waiting for news when there are none."""
    return await poll(visitor, await found(turn_id, visitor.id, sources.database), after, wait, sources)


@router.post(
    "/{turn_id}/cancel",
    status_code=202,
    responses={202: {"headers": HEADERS}, **responses("invalid_token", "not_found", "rate_limited")},
    dependencies=[Depends(limit_writing)],
)
async def cancel_turn(turn_id: TurnId, visitor: Visitor, sources: UseSources) -> dict[str, str]:
    """Stop an answer; what was said so far is kept."""
    turn = await found(turn_id, visitor.id, sources.database)
    await cancel(turn, sources)
    return {"turn_id": turn.id}


@router.put(
    "/{turn_id}/rating",
    status_code=204,
    responses={204: {"headers": HEADERS}, **responses("invalid_token", "not_found", "rate_limited")},
    dependencies=[Depends(limit_writing)],
)
async def rate_turn(turn_id: TurnId, body: RatingPut, visitor: Visitor, database: UseDatabase) -> None:
    """Keep what the visitor thought of the answer."""
    await found(turn_id, visitor.id, database)
    await database.write(lambda uow: uow.turns.rate(visitor.id, turn_id, body.rating, body.comment))
