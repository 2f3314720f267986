"""A session's event log: a Redis Stream whose ids make retries and zombies harmless.

The id of an event is `<turn.seq * 1000 + fence>-<n>` with n counting from 1. Redis refuses an id that is not greater than
the last one, so neither a superseded worker nor a doubled command can write; the same id is the SSE id.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

import msgspec
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from shared.errors import BrokerUnavailable
from shared.vocabulary import EventName

FENCES_PER_TURN: Final = 1000
MAX_EVENTS: Final = 5000  # several turns of the longest kind: one never outgrows its log while it runs
REFUSED: Final = "equal or smaller"  # Redis's words for an id that is not the greatest

encode_data = msgspec.json.Encoder().encode


class EventId(NamedTuple):
    """An event's place in its session: turn and fence, then a dense count."""

    major: int
    n: int

    @classmethod
    def of(cls, seq: int, fence: int, n: int) -> Self:
        """Return the id of event `n` of a turn's run."""
        return cls(seq * FENCES_PER_TURN + fence, n)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the id that `text` spells, or None when it spells none."""
        major, dash, n = text.partition("-")
        if dash and major.isascii() and major.isdigit() and n.isascii() and n.isdigit() and len(text) <= 40:  # noqa: PLR2004
            return cls(int(major), int(n))
        return None

    @property
    def seq(self) -> int:
        """The turn's place in its session."""
        return self.major // FENCES_PER_TURN

    def __str__(self) -> str:
        return f"{self.major}-{self.n}"


class Event(NamedTuple):
    """One event; `data` is a JSON object in text, passed on as it is."""

    id: EventId
    name: str
    data: str


class Entry(NamedTuple):
    """An event to append to a session's log."""

    session_id: str
    event: Event


def event(event_id: EventId, name: EventName, data: Mapping[str, Any]) -> Event:
    """Return an event with its data encoded."""
    return Event(event_id, name.value, encode_data(data).decode())


def stream_key(session_id: str) -> str:
    """Return the Redis key of a session's log."""
    return f"session:{session_id}:events"


class EventLog:
    """The logs of all sessions behind one Redis connection pool, without any hidden retry."""

    def __init__(self, url: str, *, ttl_seconds: int, socket_timeout: float = 5, max_connections: int = 100) -> None:
        self.ttl_seconds = ttl_seconds
        self.redis = redis.asyncio.Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=socket_timeout,
            socket_connect_timeout=2,
            max_connections=max_connections,
            retry=Retry(NoBackoff(), 0),  # redis-py's default of 10 would write an event twice
        )

    async def append(self, entries: Sequence[Entry]) -> list[bool]:
        """Write the entries in one round trip; False marks one that Redis refused since a later one stands.

        Raises BrokerUnavailable, after which any of them may or may not have been written.
        """
        pipe = self.redis.pipeline(transaction=False)
        for session_id, (event_id, name, data) in entries:
            pipe.execute_command(
                "XADD", stream_key(session_id), "MAXLEN", "~", MAX_EVENTS, f"{event_id.major}-{event_id.n}", "e", name, "d", data,
            )
        try:
            results = await pipe.execute(raise_on_error=False)
        except (RedisError, OSError) as error:
            raise BrokerUnavailable from error
        return [_accepted(result) for result in results]

    async def keep(self, session_id: str) -> None:
        """Let the session's log live for another session's time. Raises BrokerUnavailable."""
        await self._call(self.redis.expire(stream_key(session_id), self.ttl_seconds))

    async def read(self, session_id: str, after: EventId | None, until: EventId | None = None) -> list[Event]:
        """Return the session's events after an id (from the first, when None). Raises BrokerUnavailable."""
        start, end = f"({after}" if after else "-", str(until) if until else "+"
        rows = await self._call(self.redis.execute_command("XRANGE", stream_key(session_id), start, end))
        return parse_rows(rows)

    async def last(self, session_id: str) -> EventId | None:
        """Return the id of the newest event, None for an empty log. Raises BrokerUnavailable."""
        rows = await self._call(self.redis.execute_command("XREVRANGE", stream_key(session_id), "+", "-", "COUNT", 1))
        events = parse_rows(rows)
        return events[0].id if events else None

    async def delete(self, session_id: str) -> None:
        """Remove the session's log. Raises BrokerUnavailable."""
        await self._call(self.redis.delete(stream_key(session_id)))

    async def close(self) -> None:
        """Close the connections."""
        await self.redis.aclose()

    async def _call(self, command: Any) -> Any:
        try:
            return await command
        except (RedisError, OSError) as error:
            raise BrokerUnavailable from error


def parse_rows(rows: Any) -> list[Event]:
    """Return the events of a Redis reply, `[(id, {field: value})]`, as given by redis-py for XRANGE."""
    events = []
    for raw_id, fields in rows or ():
        event_id = EventId.parse(raw_id)
        if event_id is not None and fields:
            events.append(Event(event_id, fields["e"], fields["d"]))
    return events


def _accepted(result: object) -> bool:
    if isinstance(result, ResponseError) and REFUSED in str(result):
        return False
    if isinstance(result, Exception):
        raise BrokerUnavailable from result
    return True
