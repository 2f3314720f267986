"""Server-sent events: of one turn, and of a whole session."""

import random
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from api.dependencies import UseSettings, UseSources, Visitor
from api.errors import responses
from api.following import Follower
from api.metrics import OPEN_STREAMS
from api.routes.turns import TurnId, found
from api.stream_caps import hold_stream
from api.views import Told
from shared.settings import Settings
from shared.vocabulary import EventName

router = APIRouter(tags=["events"])

LastEventId = Annotated[str | None, Header(max_length=64)]

UNBUFFERED: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


class EventStream(StreamingResponse):
    """Server-sent events that are encoded already; FastAPI would encode those of its own class itself."""

    media_type = "text/event-stream"


@router.get(
    "/v1/turns/{turn_id}/events",
    response_class=EventStream,
    responses=responses("invalid_token", "not_found", "too_many_streams"),
    dependencies=[Depends(hold_stream)],
)
async def turn_events(
    turn_id: TurnId, visitor: Visitor, sources: UseSources, settings: UseSettings, last_event_id: LastEventId = None
) -> EventStream:
    """Stream a turn's events after `Last-Event-ID`, to its end."""
    turn = await found(turn_id, visitor.id, sources.database)
    return stream(Follower(sources, visitor, turn), last_event_id, settings)


@router.get(
    "/v1/session/events",
    response_class=EventStream,
    responses=responses("invalid_token", "too_many_streams"),
    dependencies=[Depends(hold_stream)],
)
async def session_events(
    visitor: Visitor, sources: UseSources, settings: UseSettings, last_event_id: LastEventId = None
) -> EventStream:
    """Stream the session's events after `Last-Event-ID`; without one, begin with a snapshot."""
    return stream(Follower(sources, visitor), last_event_id, settings)


def stream(follower: Follower, last_event_id: str | None, settings: Settings) -> EventStream:
    """Return the response that tells what the follower finds out, until a crowd that came together leaves one by one.

    We encode the events ourselves, all that came at once in one piece: FastAPI's own way, a chain of tasks and queues
    for each event, was half of the gateway's work.
    """
    seconds = settings.stream_max_minutes * 60 * random.uniform(0.8, 1)  # noqa: S311
    return EventStream(_encoded(follower.follow(last_event_id, seconds)), headers=UNBUFFERED)


async def _encoded(news: AsyncIterator[list[Told]]) -> AsyncIterator[bytes]:
    with OPEN_STREAMS.track_inprogress():
        yield KEEPALIVE_COMMENT  # at once: by its absence a client knows that something on the way buffers
        async for told in news:
            yield b"".join(map(on_the_wire, told)) if told else KEEPALIVE_COMMENT


def on_the_wire(told: Told) -> bytes:
    """Return the event as it is sent; a farewell spreads the clients' return over a second or two."""
    retry = random.randint(200, 2000) if told.name == EventName.RECONNECT else None  # noqa: S311
    return format_sse_event(data_str=told.data, event=told.name, id=told.id, retry=retry)
