"""The cheapest HTTP client that will do: one request at a time on a connection, its response pushed to a sink."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol, cast

import httptools

HOST = "127.0.0.1"
EVENT_END = b"\n\n"


class Sink(Protocol):
    """Takes a response as it comes in."""

    def head(self, status: int) -> None:
        """Take the status."""

    def body(self, data: bytes) -> None:
        """Take a part of the body."""

    def end(self) -> None:
        """Note that the response is whole."""

    def lost(self) -> None:
        """Note that the connection broke before that."""


class Wire(asyncio.Protocol):
    """A connection; the callbacks named on_… are the HTTP parser's."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport
        self._sink: Sink | None = None
        self.closed = False

    @classmethod
    async def connect(cls, port: int) -> "Wire":
        """Connect to a port of the loopback address. Raises OSError."""
        _, wire = await asyncio.get_running_loop().create_connection(cls, HOST, port)
        return wire

    def send(self, request: bytes, sink: Sink) -> float:
        """Send a request; return when, on `time.perf_counter`'s clock."""
        self._sink = sink
        at = time.perf_counter()
        self._transport.write(request)
        return at

    def close(self) -> None:
        """Hang up; the sink hears nothing more."""
        self._sink, self.closed = None, True
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - lost is lost
        """Tell whoever waits."""
        self.closed = True
        if self._sink:
            sink, self._sink = self._sink, None
            sink.lost()

    def on_headers_complete(self) -> None:
        """Pass the status on."""
        if self._sink:
            self._sink.head(self._parser.get_status_code())

    def on_body(self, data: bytes) -> None:
        """Pass a part of the body on."""
        if self._sink:
            self._sink.body(data)

    def on_message_complete(self) -> None:
        """Be free for the next request."""
        if self._sink:
            sink, self._sink = self._sink, None
            sink.end()


class Whole:
    """A response awaited as a whole: its status and body; status 0 when the connection broke."""

    def __init__(self) -> None:
        self.response: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()
        self._status, self._body = 0, b""

    def head(self, status: int) -> None:
        """Take the status."""
        self._status = status

    def body(self, data: bytes) -> None:
        """Take a part of the body."""
        self._body += data

    def end(self) -> None:
        """Deliver."""
        if not self.response.done():
            self.response.set_result((self._status, self._body))

    def lost(self) -> None:
        """Deliver what there is: nothing."""
        if not self.response.done():
            self.response.set_result((0, b""))


class Events:
    """A response read as server-sent events."""

    def __init__(self, on_event: Callable[[bytes, bytes], None], on_end: Callable[[str], None]) -> None:
        self.status: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.ended = asyncio.Event()  # the connection may take the next request
        self._on_event, self._on_end, self._rest = on_event, on_end, b""
        self.last_id = b""

    def head(self, status: int) -> None:
        """Deliver the status."""
        if not self.status.done():
            self.status.set_result(status)

    def body(self, data: bytes) -> None:
        """Deliver the events that are whole: name and data."""
        *events, self._rest = (self._rest + data).split(EVENT_END)
        for event in events:
            name = content = b""
            for line in event.split(b"\n"):
                if line.startswith(b"data: "):
                    content = line[6:]
                elif line.startswith(b"event: "):
                    name = line[7:]
                elif line.startswith(b"id: "):
                    self.last_id = line[4:]
            if name:
                self._on_event(name, content)

    def end(self) -> None:
        """Tell that the stream ended."""
        self.ended.set()
        self._on_end("stream_ended")

    def lost(self) -> None:
        """Tell that the connection broke."""
        self.head(0)
        self.ended.set()
        self._on_end("connection_lost")


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    """Return a request in bytes."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {HOST}", *headers]
    if method == "POST":
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
