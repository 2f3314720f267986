"""A small real HTTP server that speaks the visitors' contract, with answers and faults scripted by the test."""

import asyncio
import contextlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.browser.desk_state import PATIENCE_SECONDS, SETTLED, Json, StubSession, StubTurn

WIDGET = Path(__file__).parents[2] / "api" / "widget"
GREETING = "Hello! Ask me about **orders**, refunds or shipping."
SUGGESTIONS = ["How do refunds work?", "Where is my order?"]
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


class Problem(Exception):
    """An answer of the kind application/problem+json."""

    def __init__(self, status: int, code: str, detail: str = "", retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.retry_after = status, code, detail, retry_after

    def response(self) -> web.Response:
        """Give the answer to send."""
        body = {
            "type": "about:blank",
            "title": self.code,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return web.json_response(body, status=self.status, headers=headers, content_type="application/problem+json")


class Cut(Exception):
    """The connection breaks without an answer, before or after the call has done its work."""

    def __init__(self, *, after_work: bool = False) -> None:
        super().__init__("cut")
        self.after_work = after_work


class StubDesk:
    """The server; `async with StubDesk() as desk` runs it on a free port of the loopback interface."""

    def __init__(self) -> None:
        self.sessions: dict[str, StubSession] = {}
        self.faults: defaultdict[str, list[Problem | Cut]] = defaultdict(list)
        self.calls: list[tuple[str, str, Json]] = []
        self.stream_mode = "open"  # or "mute": silent from then on
        self.streams: set[web.StreamResponse] = set()
        self.resumed_after: list[str | None] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        """Listen."""
        app = web.Application(middlewares=[self._answer_or_fail])
        app.router.add_get("/", self._page)
        app.router.add_static("/static/", WIDGET)
        app.router.add_post("/v1/sessions", self._open_session)
        app.router.add_get("/v1/session", self._read_session)
        app.router.add_get("/v1/session/events", self._stream)
        app.router.add_post("/v1/turns", self._post_turn)
        app.router.add_get("/v1/turns/{turn_id}", self._read_turn)
        app.router.add_post("/v1/turns/{turn_id}/cancel", self._cancel)
        app.router.add_put("/v1/turns/{turn_id}/rating", self._rate)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every stream and stop listening."""
        self.cut_streams()
        await self._runner.cleanup()

    # -- for the test

    def fail_next(self, call: str, *faults: Problem | Cut) -> None:
        """Answer the next calls of this kind ("POST /v1/turns") with these faults, one each."""
        self.faults[call].extend(faults)

    def calls_of(self, method: str, path: str) -> list[Json]:
        """Give the bodies of the calls made so far, oldest first."""
        return [body for made, at, body in self.calls if (made, at) == (method, path)]

    def cut_streams(self) -> None:
        """Break every open stream."""
        for response in list(self.streams):
            self.streams.discard(response)
            _break(response)

    async def ask_to_reconnect(self) -> None:
        """Do what a gateway does before it leaves."""
        for response in list(self.streams):
            await response.write(b"event: reconnect\ndata: {}\n\n")

    async def session(self, number: int = 1) -> StubSession:
        """Give the n-th session (from 1), waiting for the page to open it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.sessions) < number:  # noqa: ASYNC110 - sessions come from page loads, which ring no bell
                await asyncio.sleep(0.01)
        return list(self.sessions.values())[number - 1]

    # -- for the page

    @web.middleware
    async def _answer_or_fail(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        call = f"{request.method} {request.path}"
        body = json.loads(await request.text()) if request.can_read_body else {}
        self.calls.append((request.method, request.path, body))
        fault = self.faults[call].pop(0) if self.faults[call] else None
        try:
            if isinstance(fault, Problem):
                raise fault
            if fault is None or fault.after_work:
                response = await handler(request)
            if fault is not None and request.transport is not None:
                request.transport.abort()
                return web.Response()
        except Problem as problem:
            return problem.response()
        return response

    async def _page(self, _: web.Request) -> web.Response:
        html = await asyncio.to_thread((WIDGET / "index.html").read_text)
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def _open_session(self, _: web.Request) -> web.Response:
        number = len(self.sessions) + 1
        session = StubSession(f"session-{number}", f"token-{number}")
        self.sessions[session.token] = session
        body = {"session_id": session.session_id, "token": session.token, "expires_at": "2036-01-01T00:00:00Z"}
        return web.json_response({**body, "greeting": GREETING, "suggestions": SUGGESTIONS}, status=201)

    def _session(self, request: web.Request) -> StubSession:
        session = self.sessions.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if session is None:
            raise Problem(401, "unauthorized")
        if session.over:
            raise Problem(410, "session_expired")
        return session

    def _turn(self, request: web.Request) -> StubTurn:
        for turn in self._session(request).turns:
            if turn.turn_id == request.match_info["turn_id"]:
                return turn
        raise Problem(404, "not_found")

    async def _read_session(self, request: web.Request) -> web.Response:
        session = self._session(request)
        turns = [turn.record() for turn in session.turns]
        facts = {"session_id": session.session_id, "status": "open", "expires_at": "2036-01-01T00:00:00Z"}
        return web.json_response({**facts, "turns": turns, "lead": {"step": "idle"}})

    async def _post_turn(self, request: web.Request) -> web.Response:
        body = await request.json()
        turn = self._session(request).add_turn(body["message"], body["client_message_id"])
        url = f"/v1/turns/{turn.turn_id}"
        facts = {"turn_id": turn.turn_id, "seq": turn.seq, "status": turn.status, "url": url}
        return web.json_response({**facts, "events_url": f"{url}/events"}, status=202)

    async def _read_turn(self, request: web.Request) -> web.Response:
        turn = self._turn(request)
        seen = _position(request.query.get("after"))

        def news() -> list[Json]:
            entries = [entry for entry in turn.session.log if entry[1] == turn.turn_id and _position(entry[0]) > seen]
            return [{"id": event_id, "event": event, "data": data} for event_id, _, event, data in entries]

        wait = float(request.query.get("wait", "0"))
        if not news() and wait and turn.status not in SETTLED:
            with contextlib.suppress(TimeoutError):
                await turn.session.wait_for(lambda: bool(news()), wait)
        events = news()
        last = events[-1]["id"] if events else request.query.get("after", "")
        facts = {**turn.record(), "error": turn.error, "last_event_id": last, "events": events}
        return web.json_response(facts)

    async def _cancel(self, request: web.Request) -> web.Response:
        self._turn(request).cancel()
        return web.json_response({}, status=202)

    async def _rate(self, request: web.Request) -> web.Response:
        turn = self._turn(request)
        turn.rating = (await request.json())["rating"]
        turn.session.ring()
        return web.Response(status=204)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        session = self._session(request)
        after = request.headers.get("Last-Event-ID")
        self.resumed_after.append(after)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        self.streams.add(response)
        with contextlib.suppress(ConnectionError, TimeoutError):
            await self._feed(response, session, after)
        self.streams.discard(response)
        return response

    async def _feed(self, response: web.StreamResponse, session: StubSession, after: str | None) -> None:
        await self._unless_mute(session, response)
        await response.write(b": welcome\n\n")
        sent = len(session.log)
        if after is None:
            data = {"turns": [turn.record() for turn in session.turns]}
            await response.write(_frame("snapshot", data, session.log[-1][0] if session.log else ""))
        else:
            sent = sum(1 for entry in session.log if _position(entry[0]) <= _position(after))
        while response in self.streams:
            await self._unless_mute(session, response)
            for event_id, _, event, data in session.log[sent:]:
                await response.write(_frame(event, data, event_id))
                sent += 1
            await self._until_news(session, response, sent)

    async def _unless_mute(self, session: StubSession, response: web.StreamResponse) -> None:
        if self.stream_mode == "mute":
            await session.wait_for(lambda: response not in self.streams, 3600)

    async def _until_news(self, session: StubSession, response: web.StreamResponse, sent: int) -> None:
        await session.wait_for(lambda: len(session.log) > sent or response not in self.streams, 3600)


def _position(event_id: str | None) -> tuple[int, int]:
    major, _, minor = (event_id or "0-0").partition("-")
    return int(major), int(minor)


def _frame(event: str, data: Json, event_id: str) -> bytes:
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {event}\ndata: {json.dumps(data)}\n\n".encode()


def _break(response: web.StreamResponse) -> None:
    transport = response._req.transport if response._req else None  # noqa: SLF001 - aiohttp offers no other way
    if transport is not None:
        transport.abort()
