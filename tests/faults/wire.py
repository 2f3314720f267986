"""Streams as they come over the wire: read byte for byte, many at a time, with the moment of each arrival."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from api.views import RETOLD
from shared.event_log import EventId
from tests.eventually import eventually
from tests.sse import SseEvent, SseParser

END_OF_BODY = b"0\r\n\r\n"  # the chunk without anything in it: without it, a body was cut


class WireStream(asyncio.Protocol):
    """One open stream."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._parser = SseParser()
        self._in_body = False
        self.transport: asyncio.Transport
        self.raw = b""
        self.heard: list[tuple[SseEvent, float]] = []
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Note the events and when they came."""
        now = time.monotonic()
        self.raw += data
        # The sizes of chunks stand on lines of their own, which are no fields of an event.
        self.heard.extend((event, now) for event in self._parser.feed(data))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - how it ended shows in what was sent
        """Note the end."""
        self.closed = True

    @property
    def ended_well(self) -> bool:
        """Whether the body was sent to its end."""
        return self.raw.endswith(END_OF_BODY)

    @property
    def status(self) -> int:
        """The HTTP status, 0 while there is none."""
        return int(self.raw[9:12] or 0)


async def open_stream(url: str, path: str, token: str, address: str = "") -> WireStream:
    """Open a stream, from an address of this machine if need be; it runs until it ends or its `transport` is closed."""
    where = urlsplit(url)
    request = f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    _, stream = await asyncio.get_running_loop().create_connection(
        lambda: WireStream(request),
        where.hostname or "",
        where.port or 0,
        local_addr=(address, 0) if address else None,
    )
    return stream


@contextmanager
def closing(streams: list[WireStream]) -> Iterator[list[WireStream]]:
    """Close the streams in the end."""
    try:
        yield streams
    finally:
        for stream in streams:
            stream.transport.abort()


async def reply_to(url: str, path: str, token: str) -> bytes:
    """Return the whole reply, with its headers."""
    with closing([await open_stream(url, path, token)]) as [stream]:
        await eventually(lambda: stream.ended_well)
    return stream.raw


def is_from_the_log(event: SseEvent) -> bool:
    """Tell whether a worker wrote the event; otherwise the gateway has made it from the database."""
    event_id = EventId.parse(event.id)
    return event_id is not None and event_id.n < RETOLD
