"""Server-sent events: of one turn, and of a whole session."""

import random
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.dependencies import UseDatabase, UseSources, Visitor
from api.errors import responses
from api.following import Follower
from api.routes.turns import TurnId, found
from api.views import Told
from shared.db.turns import Turn
from shared.vocabulary import EventName

router = APIRouter(tags=["events"])

LastEventId = Annotated[str | None, Header(max_length=64)]


async def _turn(turn_id: TurnId, visitor: Visitor, database: UseDatabase) -> Turn:
    return await found(turn_id, visitor.id, database)


@router.get(
    "/v1/turns/{turn_id}/events",
    response_class=EventSourceResponse,
    responses=responses("invalid_token", "not_found"),
)
async def turn_events(
    turn: Annotated[Turn, Depends(_turn)], visitor: Visitor, sources: UseSources, last_event_id: LastEventId = None
) -> AsyncIterator[ServerSentEvent]:
    """Stream a turn's events after `Last-Event-ID`, to its end."""
    async for told in Follower(sources, visitor, turn).follow(last_event_id):
        yield on_the_wire(told)


@router.get("/v1/session/events", response_class=EventSourceResponse, responses=responses("invalid_token"))
async def session_events(
    visitor: Visitor, sources: UseSources, last_event_id: LastEventId = None
) -> AsyncIterator[ServerSentEvent]:
    """Stream the session's events after `Last-Event-ID`; without one, begin with a snapshot."""
    async for told in Follower(sources, visitor).follow(last_event_id):
        yield on_the_wire(told)


def on_the_wire(told: Told) -> ServerSentEvent:
    """Return the event as it is sent; a farewell spreads the clients' return over a second or two."""
    retry = random.randint(200, 2000) if told.name == EventName.RECONNECT else None  # noqa: S311
    return ServerSentEvent(raw_data=told.data, event=told.name, id=told.id, retry=retry)
