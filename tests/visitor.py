"""A visitor as a program: speaks the contract over real sockets, and hides none of its errors."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import aiohttp

from shared.vocabulary import OPEN_STATUSES
from tests.sse import SseEvent, SseParser

ANSWER_SECONDS: Final = 20.0
POLL_SECONDS: Final = 5.0
PAUSE_SECONDS: Final = 0.02  # before a broken connection is tried again
Json = dict[str, Any]


class Refused(Exception):
    """The desk said no; `code` is the contract's."""

    def __init__(self, reply: "Reply") -> None:
        self.status, self.headers, self.problem = reply.status, reply.headers, reply.json
        self.code: str = self.problem.get("code", "")
        super().__init__(f"{reply.status} {self.code}: {self.problem.get('detail', reply.text)}")


class Away(Refused):
    """The desk said no for now: 503."""


LOST: Final = (aiohttp.ClientError, ConnectionError, Away)


@dataclass(frozen=True, slots=True)
class Reply:
    """Any HTTP answer."""

    status: int
    headers: Mapping[str, str]
    text: str
    json: Any


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted turn; `created` is false where the desk knew it already."""

    turn_id: str
    seq: int
    status: str
    created: bool


class Visitor:
    """One visitor in one tab: `async with Visitor(desk.url) as visitor`, then `open()` or `ask()`."""

    def __init__(
        self, url: str, *, token: str = "", headers: Mapping[str, str] | None = None, address: str = ""
    ) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self.session_id = ""
        self._headers = dict(headers or {})
        # A connection is never used twice, so that no kept-alive one blurs what a fault did.
        source = (address, 0) if address else None
        connector = aiohttp.TCPConnector(limit=0, force_close=True, local_addr=source)
        self._http = aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=None, sock_connect=5)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    def tab(self, url: str = "") -> "Visitor":
        """Return the same visitor in another tab, perhaps at another gateway; use it with `async with`."""
        return Visitor(url or self.url, token=self.token, headers=self._headers)

    # ---------------------------------------------------------------- calls

    async def open(self, **body: Any) -> Json:
        """Open a session."""
        session: Json = (await self._ok("POST", "/v1/sessions", json=body)).json
        self.token, self.session_id = session["token"], session["session_id"]
        return session

    async def post(self, message: str, client_message_id: str | None = None) -> Posted:
        """Post a message, under a new id unless one is given."""
        body = {"message": message, "client_message_id": client_message_id or uuid.uuid4().hex}
        reply = await self._ok("POST", "/v1/turns", json=body)
        return Posted(reply.json["turn_id"], reply.json["seq"], reply.json["status"], created=reply.status == 202)

    async def ask(self, message: str, *, within: float = ANSWER_SECONDS) -> Json:
        """Post a message, with a session opened before if need be, and return the turn once it has ended."""
        if not self.token:
            await self.open()
        return await self.answer_of(await self.post(message), within=within)

    async def turn(self, turn: Posted | str, *, after: str = "", wait: float = 0) -> Json:
        """Read a turn, with the events after an id; `wait` seconds for news at most."""
        query = {name: str(value) for name, value in {"after": after, "wait": wait}.items() if value}
        return (await self._ok("GET", f"/v1/turns/{_id(turn)}", params=query)).json  # type: ignore[no-any-return]

    async def session(self) -> Json:
        """Read the whole session."""
        return (await self._ok("GET", "/v1/session")).json  # type: ignore[no-any-return]

    async def cancel(self, turn: Posted | str) -> None:
        """Cancel a turn."""
        await self._ok("POST", f"/v1/turns/{_id(turn)}/cancel")

    async def rate(self, turn: Posted | str, rating: str, comment: str | None = None) -> None:
        """Rate an answer `up` or `down`."""
        body = {"rating": rating} | ({"comment": comment} if comment is not None else {})
        await self._ok("PUT", f"/v1/turns/{_id(turn)}/rating", json=body)

    async def call(self, method: str, path: str, **options: Any) -> Reply:
        """Send anything and return what came back, refusals too; options are aiohttp's (`json`, `data`, `headers`)."""
        headers = self._with_token(options.pop("headers", {}))
        async with self._http.request(method, self.url + path, headers=headers, **options) as response:
            text = await response.text()
            is_json = "json" in response.content_type
            return Reply(
                response.status, response.headers, text, await response.json(content_type=None) if is_json else {}
            )

    # ---------------------------------------------------------------- waiting

    async def answer_of(self, turn: Posted | str, *, within: float = ANSWER_SECONDS) -> Json:
        """Poll until the turn has ended, over any failure of the network, and return it. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while True:
                with contextlib.suppress(*LOST):
                    found = await self.turn(turn, wait=POLL_SECONDS)
                    if found["status"] not in OPEN_STATUSES:
                        return found
                await asyncio.sleep(PAUSE_SECONDS)

    async def follow(
        self, turn: Posted | str, *, last_event_id: str = "", within: float = ANSWER_SECONDS
    ) -> list[SseEvent]:
        """Stream a turn to its end, resuming where a connection broke, and return its events. Raises TimeoutError."""
        events: list[SseEvent] = []
        async with asyncio.timeout(within):
            while not (events and events[-1].is_terminal):
                with contextlib.suppress(*LOST):
                    async for event in self.events(turn, last_event_id):
                        events.append(event)
                        last_event_id = event.id or last_event_id
                await asyncio.sleep(PAUSE_SECONDS)
        return events

    # ---------------------------------------------------------------- streams

    def events(self, turn: Posted | str, last_event_id: str = "") -> AsyncIterator[SseEvent]:
        """Stream a turn's events over one connection: ends with it, raises aiohttp.ClientError where it was cut."""
        return self._stream(f"/v1/turns/{_id(turn)}/events", last_event_id)

    def session_events(self, last_event_id: str = "") -> AsyncIterator[SseEvent]:
        """Stream the session's events over one connection, as `events` does."""
        return self._stream("/v1/session/events", last_event_id)

    async def _stream(self, path: str, last_event_id: str) -> AsyncIterator[SseEvent]:
        headers = self._with_token({"Accept": "text/event-stream"})
        if last_event_id:
            headers["Last-Event-ID"] = last_event_id
        parser = SseParser()
        async with self._http.get(self.url + path, headers=headers) as response:
            await _check(response)
            async for piece in response.content.iter_any():
                for event in parser.feed(piece):
                    yield event

    def _with_token(self, headers: Mapping[str, str]) -> dict[str, str]:
        token = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**self._headers, **token, **headers}

    async def _ok(self, method: str, path: str, **options: Any) -> Reply:
        reply = await self.call(method, path, **options)
        if reply.status >= 400:
            raise _refusal(reply)
        return reply


async def _check(response: aiohttp.ClientResponse) -> None:
    if response.status >= 400:
        text = await response.text()
        problem = await response.json(content_type=None) if "json" in response.content_type else {}
        raise _refusal(Reply(response.status, response.headers, text, problem))


def _refusal(reply: Reply) -> Refused:
    return Away(reply) if reply.status == 503 else Refused(reply)


def _id(turn: Posted | str) -> str:
    return turn if isinstance(turn, str) else turn.turn_id
