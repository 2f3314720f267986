"""A session's event log: a Redis Stream whose ids make retries and zombies harmless.

The id of an event is `<turn.seq * 1000 + fence>-<n>` with n counting from 1. Redis refuses an id that is not greater
than the last one, so neither a superseded worker nor a doubled command can write; the same id is the SSE id.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Final, NamedTuple, Self, cast

import hiredis
import msgspec
from redis.exceptions import ResponseError

from shared.errors import BrokerUnavailable
from shared.redis_client import AWAY, async_redis_client, close
from shared.vocabulary import EventName

FENCES_PER_TURN: Final = 1000
MAX_EVENTS: Final = 5000  # several turns of the longest kind: one never outgrows its log while it runs
BELL_SECONDS: Final = 60
READ_AT_ONCE: Final = 1000  # per stream
REFUSED: Final = "equal or smaller"  # Redis's words for an id that is not the greatest

OPENING: Final = frozenset({EventName.RESET.value, EventName.CANCELLED.value})
"""Events that may begin a log; any other would stand there without what came before it."""

Command = tuple[str | int, ...]

_pack: Final = cast("Callable[[Command], bytes]", hiredis.pack_command)
encode_data = msgspec.json.Encoder().encode


class Appended(Enum):
    """What became of an event."""

    WRITTEN = auto()
    REFUSED = auto()
    """A later one stands: whoever wrote this has been superseded."""
    MISSING = auto()
    """The log is gone, and with it what came before this event."""


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


TOMBSTONE: Final = EventId.of(2**31, 0, 0)
"""The place of what stands in an erased session's log: after every event of any turn, whose seq is an INTEGER."""


class Event(NamedTuple):
    """One event; `data` is JSON text, passed on as it is."""

    id: EventId
    name: str
    data: str


class Entry(NamedTuple):
    """An event to append to a session's log."""

    session_id: str
    event: Event


def event(event_id: EventId, name: EventName, data: object) -> Event:
    """Return an event with its data encoded."""
    return Event(event_id, name.value, encode_data(data).decode())


def start_of(seq: int) -> EventId:
    """Return the place before the first event of a turn."""
    return EventId(seq * FENCES_PER_TURN, 0)


def stream_key(session_id: str) -> str:
    """Return the Redis key of a session's log."""
    return f"session:{session_id}:events"


class EventLog:
    """The logs of all sessions behind one Redis connection pool, without any hidden retry."""

    def __init__(self, url: str, *, ttl_seconds: int, socket_timeout: float = 5, max_connections: int = 100) -> None:
        self.ttl_seconds, self._socket_timeout = ttl_seconds, socket_timeout
        self.redis = async_redis_client(url, socket_timeout=socket_timeout, max_connections=max_connections)
        for command in ("XRANGE", "XREAD"):
            self.redis.set_response_callback(command, _as_it_came)  # parsed here, once

    async def append(self, entries: Sequence[Entry]) -> list[Appended]:
        """Write the entries in one round trip; the fate of each comes back in their order.

        A log that is begun, or begun anew, lives for another session's time. Raises BrokerUnavailable, after which any
        of the entries may or may not have been written.
        """
        commands = list[Command]()
        for session_id, (event_id, name, data) in entries:
            key, place = stream_key(session_id), f"{event_id.major}-{event_id.n}"
            if name in OPENING:
                commands.append(("XADD", key, "MAXLEN", "~", MAX_EVENTS, place, "e", name, "d", data))
                commands.append(("EXPIRE", key, self.ttl_seconds))
            else:
                commands.append(("XADD", key, "NOMKSTREAM", place, "e", name, "d", data))
        results = iter(await self.send(commands))
        fates = []
        for entry in entries:
            fates.append(_fate(next(results)))
            if entry.event.name in OPENING:
                next(results)
        return fates

    async def read(self, session_id: str, after: EventId | None, until: EventId | None = None) -> list[Event]:
        """Return the session's events after an id (from the first, when None). Raises BrokerUnavailable."""
        start, end = f"({after}" if after else "-", str(until) if until else "+"
        rows = await self._call(self._command("XRANGE", stream_key(session_id), start, end))
        return parse_rows(rows)

    async def find(self, session_id: str, event_id: EventId) -> Event | None:
        """Return the event with this id, None when the log does not hold it. Raises BrokerUnavailable."""
        place = str(event_id)
        rows = await self._call(self._command("XRANGE", stream_key(session_id), place, place))
        return next(iter(parse_rows(rows)), None)

    async def read_many(self, after: Mapping[str, EventId], block_ms: int | None = None) -> dict[str, list[Event]]:
        """Return the events of any of the streams (by key) after their ids, `{}` when there are none.

        With `block_ms`, wait so long for the first. Raises BrokerUnavailable.
        """
        keys, ids = [*after], [f"{place.major}-{place.n}" for place in after.values()]
        block: Command = () if block_ms is None else ("BLOCK", block_ms)
        command: Command = ("XREAD", "COUNT", READ_AT_ONCE, *block, "STREAMS", *keys, *ids)
        [reply] = await self.send([command])
        if isinstance(reply, ResponseError):
            raise BrokerUnavailable from reply
        pairs = reply.items() if isinstance(reply, dict) else reply or ()
        return {key: parse_rows(rows) for key, rows in pairs}

    async def erase(self, session_id: str, seconds: int) -> None:
        """Remove the session's log; for so long, a tombstone keeps a late worker from beginning it anew.

        Raises BrokerUnavailable.
        """
        key, tombstone = stream_key(session_id), event(TOMBSTONE, EventName.CANCELLED, {})
        pipe = self.redis.pipeline(transaction=True)
        pipe.execute_command("DEL", key)
        pipe.execute_command("XADD", key, str(tombstone.id), "e", tombstone.name, "d", tombstone.data)
        pipe.execute_command("EXPIRE", key, seconds)
        await self._call(pipe.execute())

    async def ring(self, bell: str) -> None:
        """Add an empty event to a stream that only ends waits. Raises BrokerUnavailable."""
        pipe = self.redis.pipeline(transaction=False)
        pipe.execute_command("XADD", bell, "MAXLEN", 1, "*", "e", "", "d", "")
        pipe.execute_command("EXPIRE", bell, BELL_SECONDS)
        await self._call(pipe.execute())

    async def close(self) -> None:
        """Close the connections."""
        await close(self.redis)

    async def send(self, commands: Sequence[Command]) -> list[Any]:
        """Send commands in one piece and return their replies; a refusal is the error that it is, in its place.

        Three times as cheap as redis-py's own pipeline, which packs in Python and sets a timer for every reply. Raises
        BrokerUnavailable.
        """
        return cast("list[Any]", await self._call(self._send(b"".join(map(_pack, commands)), len(commands))))

    async def _send(self, packed: bytes, expected: int) -> list[Any]:
        pool = self.redis.connection_pool
        connection = await pool.get_connection()  # type: ignore[no-untyped-call]
        replies: list[Any] = []
        try:
            async with asyncio.timeout(self._socket_timeout):
                await connection.send_packed_command(packed)
                replies += [await _reply(connection) for _ in range(expected)]
        finally:
            if len(replies) < expected:  # one that came late would be taken for somebody else's
                await connection.disconnect(nowait=True)
            await pool.release(connection)
        return replies

    def _command(self, *words: str | int) -> Awaitable[Any]:
        # redis-py's own methods parse what we don't need parsed, for every event.
        return cast("Awaitable[Any]", self.redis.execute_command(*words))  # type: ignore[no-untyped-call]

    async def _call(self, command: Any) -> Any:
        try:
            return await command
        except AWAY as error:
            raise BrokerUnavailable from error


def parse_rows(rows: Any) -> list[Event]:
    """Return the events of Redis's reply to XRANGE: `[[id, ["e", name, "d", data]], …]`."""
    events = []
    for raw_id, fields in rows or ():
        event_id = EventId.parse(raw_id)
        if event_id is not None and fields:
            events.append(Event(event_id, fields[1], fields[3]))
    return events


async def _reply(connection: Any) -> Any:
    try:
        return await connection.read_response(timeout=math.inf)  # there is one for all replies
    except ResponseError as error:
        return error


def _as_it_came(response: Any, **_: Any) -> Any:
    return response


def _fate(result: object) -> Appended:
    if isinstance(result, ResponseError) and REFUSED in str(result):
        return Appended.REFUSED
    if isinstance(result, Exception):
        raise BrokerUnavailable from result
    return Appended.WRITTEN if result else Appended.MISSING
