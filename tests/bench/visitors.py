"""The visitors of both systems: each asks a question and follows the answer to its end, as a browser would."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from tests.bench.wire import Events, Whole, Wire, request

TURN_SECONDS = 120.0  # a visitor who has waited that long gives up
SETUP_SECONDS = 60.0
RETURNS, RETURN_SECONDS = 5, 0.2
REPOST_SECONDS = 0.2
OK, CREATED, ACCEPTED = 200, 201, 202
PASSING = (0, 502, 503, 504)  # 0: the connection broke

decode = msgspec.json.decode
encode = msgspec.json.encode


class Refused(Exception):
    """A session could not be opened."""


@dataclass(slots=True)
class Turn:
    """A question under way; times are of `time.perf_counter`."""

    over: asyncio.Future[str]  # the name of the last event, or what went wrong
    sent_at: float = 0.0
    accepted_at: float | None = None
    first_at: float | None = None
    ended_at: float = 0.0
    pieces: list[bytes] = field(default_factory=list)
    last: bytes = b""
    turn_id: str = ""

    def take(self, name: bytes, data: bytes) -> None:
        """Take an event."""
        if name == b"delta":
            if self.first_at is None:
                self.first_at = time.perf_counter()
            self.pieces.append(data)
        elif name == b"reset":
            self.pieces.clear()
        elif name in (b"done", b"failed", b"cancelled"):
            self.last = data
            self.end(name.decode())

    def catch_up(self, snapshot: bytes) -> None:
        """Take the answer out of a snapshot, which comes instead of events that the stream could not deliver."""
        for turn in decode(snapshot)["turns"]:
            if turn["turn_id"] == self.turn_id and turn["status"] == "done" and not self.over.done():
                self.pieces.clear()
                self.take(b"delta", encode({"text": turn["answer"]}))
                self.take(b"done", encode({"turn_id": self.turn_id, "answer": turn["answer"]}))

    def end(self, how: str) -> None:
        """Note how it ended."""
        if not self.over.done():
            self.ended_at = time.perf_counter()
            self.over.set_result(how)

    def problem(self, expected: str) -> str | None:
        """Return what is wrong with the answer, None when nothing is."""
        how = self.over.result()
        if how != "done":
            return f"{how}_{decode(self.last).get('code', 'unknown')}" if how == "failed" else how
        said, last = "".join(decode(piece)["text"] for piece in self.pieces), decode(self.last)
        if last.get("turn_id", self.turn_id) != self.turn_id:
            return "another_turns_answer"
        # The desk may go on, and offer that somebody gets in touch.
        whole = said == last.get("answer", said) and said.startswith(expected)
        return None if whole else "incomplete"


class Visitor(Protocol):
    """Someone who asks."""

    reconnects: int  # of streams that ended under way

    async def open(self) -> None:
        """Arrive. Raises Refused and OSError."""

    async def ask(self, message: str) -> Turn:
        """Return a turn that is over."""

    def close(self) -> None:
        """Go."""


async def finished(turn: Turn) -> Turn:
    """Wait until a turn is over."""
    try:
        async with asyncio.timeout(TURN_SECONDS):
            await asyncio.shield(turn.over)
    except TimeoutError:
        turn.end("timeout")
    return turn


class NaiveVisitor:
    """Posts a question and reads the answer out of the response."""

    def __init__(self, port: int) -> None:
        self.reconnects = 0
        self._port = port
        self._wire: Wire | None = None

    async def open(self) -> None:
        """Do nothing: the naive alternative has no sessions."""

    async def ask(self, message: str) -> Turn:
        """Return a turn that is over."""
        turn = Turn(asyncio.get_running_loop().create_future())
        if self._wire is None or self._wire.closed:
            self._wire = await Wire.connect(self._port)
        events = Events(turn.take, turn.end)
        turn.sent_at = self._wire.send(request("POST", "/chat", encode({"message": message})), events)
        status = await events.status
        turn.accepted_at = time.perf_counter()
        if status != OK:
            turn.end(f"http_{status}")
        if (await finished(turn)).over.result() == "done":
            await events.ended.wait()
        else:
            self.close()
        return turn

    def close(self) -> None:
        """Hang up."""
        if self._wire:
            self._wire.close()


class FrontdeskVisitor:
    """Holds a session and its event stream, and posts turns on a connection beside it.

    `tries` above 1 repeat what failed in passing, as the page does.
    """

    def __init__(self, port: int, tries: int = 1) -> None:
        self.reconnects = 0
        self.reposts = 0
        self._tries = tries
        self._port = port
        self._token = ""
        self._posts: Wire | None = None
        self._stream: Wire | None = None
        self._events: Events | None = None
        self._turn: Turn | None = None
        self._returning: asyncio.Task[None] | None = None
        self._asked = 0

    async def open(self) -> None:
        """Open a session and its event stream. Raises Refused and OSError."""
        async with asyncio.timeout(SETUP_SECONDS):
            status, body = await self._persist("/v1/sessions", {})
            if status != CREATED:
                message = f"session_http_{status}"
                raise Refused(message)
            self._token = decode(body)["token"]
            await self._listen()

    async def ask(self, message: str) -> Turn:
        """Return a turn that is over."""
        if self._returning:
            await self._returning
        if self._stream is None or self._stream.closed:
            await self._listen()
        turn = self._turn = Turn(asyncio.get_running_loop().create_future())
        self._asked += 1
        turn.sent_at = time.perf_counter()
        body = {"message": message, "client_message_id": f"message-{self._asked}"}
        status, response = await self._persist("/v1/turns", body)
        turn.accepted_at = time.perf_counter()
        if status in (OK, ACCEPTED):  # 200 when it was posted twice
            turn.turn_id = decode(response)["turn_id"]
        else:
            turn.end(f"http_{status}")
        return await finished(turn)

    def close(self) -> None:
        """Hang up."""
        if self._returning:
            self._returning.cancel()
        for wire in (self._posts, self._stream):
            if wire:
                wire.close()

    async def _persist(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """Post, and repeat it while it fails in passing and there are tries left. Raises OSError."""
        for _ in range(1, self._tries):
            with suppress(OSError):
                status, response = await self._post(path, body)
                if status not in PASSING:
                    return status, response
            self.reposts += 1
            await asyncio.sleep(REPOST_SECONDS)
        return await self._post(path, body)

    async def _post(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """Post, once more on a new connection when the server had closed the idle one under our hands."""
        message = request("POST", path, encode(body), *self._headers())
        reused = self._posts is not None and not self._posts.closed
        if self._posts is None or self._posts.closed:
            self._posts = await Wire.connect(self._port)
        sink = Whole()
        self._posts.send(message, sink)
        status, response = await sink.response
        return await self._post(path, body) if status == 0 and reused else (status, response)

    async def _listen(self) -> None:
        events = Events(self._take, self._lost)
        events.last_id = self._events.last_id if self._events else b""
        resume = [f"last-event-id: {events.last_id.decode()}"] if events.last_id else []
        self._stream = await Wire.connect(self._port)
        self._stream.send(request("GET", "/v1/session/events", b"", *self._headers(), *resume), events)
        status = await events.status
        if status == OK:
            self._events = events
        else:
            self._stream.close()
            message = f"events_http_{status}"
            raise Refused(message)

    def _headers(self) -> list[str]:
        return [f"authorization: Bearer {self._token}"] if self._token else []

    def _take(self, name: bytes, data: bytes) -> None:
        if self._turn and name == b"snapshot":
            self._turn.catch_up(data)
        elif self._turn:
            self._turn.take(name, data)

    def _lost(self, how: str) -> None:
        if self._stream:
            self._stream.close()
        if self._returning is None or self._returning.done():
            self._returning = asyncio.create_task(self._return(how))

    async def _return(self, how: str) -> None:
        """Open the event stream again, as a browser does."""
        for _ in range(RETURNS):
            self.reconnects += 1
            await asyncio.sleep(RETURN_SECONDS)
            with suppress(Refused, OSError):
                await self._listen()
                return
        if self._turn:
            self._turn.end(how)


VISITORS: dict[str, type[NaiveVisitor] | type[FrontdeskVisitor]] = {
    "naive": NaiveVisitor,
    "frontdesk": FrontdeskVisitor,
}
