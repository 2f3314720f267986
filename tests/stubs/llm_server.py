"""The stub model's HTTP server: reads requests, keeps them for tests to see, and answers by the mode in force."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, cast
from urllib.parse import urlsplit

import httptools
import msgspec

from tests.stubs import llm_shapes as shapes
from tests.stubs.llm_clock import Clock, Playing
from tests.stubs.llm_modes import (
    Pace,
    Plan,
    http_plan,
    json_response,
    marked_mode,
    parse_mode,
    stream_plan,
    whole_plan,
)


@dataclass
class Behaviour:
    """How the stub answers; may be changed while it runs."""

    mode: str = "ok"
    first_token_seconds: float = 0.01
    tokens_per_second: float = 500.0
    tokens: int = 20
    text: str | None = None  # what is said, instead of `tokens` words
    usage: tuple[int, int] | None = None  # prompt and completion tokens to report, instead of a count
    dimensions: int = 256  # of embeddings, where the request names none
    record: bool = True  # keep the requests


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Brain:
    """Decides how each request is answered."""

    def __init__(self, behaviour: Behaviour, clock: Clock) -> None:
        self.behaviour, self.clock = behaviour, clock
        self.requests: list[Received] = []
        self.connections: set[Connection] = set()
        self.open_responses = 0
        self.asked = 0  # requests to the model since the mode was last set
        self._replies = 0

    def set_mode(self, mode: str) -> None:
        """Change the mode for every request that has no marker."""
        parse_mode(mode)
        self.behaviour.mode, self.asked = mode, 0

    def plan(self, request: Received) -> Plan:
        """Return the response to a request."""
        route = ROUTES.get((request.method, request.path))
        if route is None:
            return Plan(json_response(404, shapes.error(f"Unknown URL {request.path}", "invalid_request_error")))
        if self.behaviour.record and request.path.startswith("/v1/"):
            self.requests.append(request)
        return route(self, request)

    def chat(self, request: Received) -> Plan:
        """Answer a chat completion."""
        name, argument = self._mode(marked_mode(shapes.texts_of(request.body, "user")))
        if failing := http_plan(name):
            return failing
        settings = self.behaviour
        first = float(argument) if name == "slow" else settings.first_token_seconds
        pace = Pace(first, 1.0 / settings.tokens_per_second)
        make = stream_plan if request.body.get("stream") else whole_plan
        return make(name, self._reply(request.body, echo=name == "echo"), pace)

    def embed(self, request: Received) -> Plan:
        """Answer with embeddings; of the modes, only those that fail before any content apply."""
        inputs = request.body.get("input")
        texts = inputs if isinstance(inputs, list) else [inputs]
        name, _ = self._mode(marked_mode([text for text in texts if isinstance(text, str)]))
        return http_plan(name) or Plan(json_response(200, shapes.embeddings(request.body, self.behaviour.dimensions)))

    def list_models(self, _: Received) -> Plan:
        """Answer with the one model there is."""
        failing = http_plan(parse_mode(self.behaviour.mode)[0])
        return failing or Plan(json_response(200, shapes.models()))

    def control(self, request: Received) -> Plan:
        """Change the behaviour by any of its fields; `forget` drops what was kept so far."""
        changes = dict(request.body)
        if changes.pop("forget", False):
            self.requests.clear()
            self.clock.lateness.clear()
        known = {field.name for field in fields(Behaviour)}
        try:
            if unknown := changes.keys() - known:
                return Plan(json_response(400, {"error": f"unknown: {sorted(unknown)}"}))
            self.set_mode(changes.pop("mode", self.behaviour.mode))
        except ValueError as error:
            return Plan(json_response(400, {"error": str(error)}))
        for name, value in changes.items():
            setattr(self.behaviour, name, value)
        return Plan(json_response(200, asdict(self.behaviour)))

    def show_requests(self, _: Received) -> Plan:
        """Answer with the requests kept, and how the server is doing."""
        seen: dict[str, Any] = {
            "count": len(self.requests),
            "open_responses": self.open_responses,
            "lateness_ms": {"p99": self.clock.lateness_ms(0.99), "max": self.clock.lateness_ms(1)},
            "requests": list(self.requests),
        }
        return Plan(json_response(200, seen))

    def _mode(self, marked: str | None) -> tuple[str, str]:
        self.asked += 1
        try:
            name, argument = parse_mode(marked or self.behaviour.mode)
        except ValueError:
            return "ok", ""  # visitors may write what they like between brackets
        if name == "fail_first":
            name = "status_500" if self.asked <= int(argument) else "ok"
        return name, argument

    def _reply(self, body: dict[str, Any], *, echo: bool) -> shapes.Reply:
        settings = self.behaviour
        context = shapes.texts_of(body)
        said = "\n".join(context) if echo else settings.text
        tokens = shapes.split_tokens(shapes.lorem(settings.tokens) if said is None else said)
        if echo:  # in no more pieces than an answer has: a context is long
            size = -(-len(tokens) // max(1, settings.tokens)) or 1
            tokens = tuple("".join(tokens[at : at + size]) for at in range(0, len(tokens), size))
        prompt, answer = settings.usage or (sum(map(len, context)) // 4, len(tokens))
        self._replies += 1
        usage_asked = bool((body.get("stream_options") or {}).get("include_usage"))
        return shapes.Reply(
            reply_id=f"chatcmpl-stub{self._replies:08d}",
            model=str(body.get("model", "stub")),
            tokens=tokens,
            prompt_tokens=prompt,
            completion_tokens=answer,
            include_usage=usage_asked,
        )


ROUTES: dict[tuple[str, str], Callable[[Brain, Received], Plan]] = {
    ("POST", "/v1/chat/completions"): Brain.chat,
    ("POST", "/v1/embeddings"): Brain.embed,
    ("GET", "/v1/models"): Brain.list_models,
    ("POST", "/_control"): Brain.control,
    ("GET", "/_requests"): Brain.show_requests,
}


class Connection(asyncio.Protocol):
    """One client's connection; the callbacks named on_… are the HTTP parser's."""

    def __init__(self, brain: Brain) -> None:
        self._brain = brain
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._playing: Playing | None = None
        self._keep_alive = True
        self._url, self._body = b"", b""
        self._headers: dict[str, str] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        self._brain.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it went is of no interest
        """Leave off answering."""
        self._brain.connections.discard(self)
        self._stop()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what is not HTTP ends the connection."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.abort()

    def abort(self) -> None:
        """Drop the client."""
        self._transport.abort()

    def on_message_begin(self) -> None:
        """Make room for a request."""
        self._url, self._body, self._headers = b"", b"", {}

    def on_url(self, url: bytes) -> None:
        """Take a part of the URL."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """Answer the request."""
        if self._playing:  # pipelining, which no client of a model does
            self._transport.abort()
            return
        self._keep_alive = self._parser.should_keep_alive()
        method, path = self._parser.get_method().decode(), urlsplit(self._url.decode("latin-1")).path
        try:
            body = msgspec.json.decode(self._body or b"{}", type=dict[str, Any])
        except msgspec.DecodeError as error:
            plan = Plan(json_response(400, shapes.error(str(error), "invalid_request_error")))
        else:
            plan = self._brain.plan(Received(method, path, self._headers, body))
        self._brain.open_responses += 1
        self._playing = Playing(plan, self._transport, self)
        self._brain.clock.start(self._playing)

    def sent(self) -> None:
        """Take the next request, or hang up when the client asked for that."""
        self._stop()
        if not self._keep_alive:
            self._transport.close()

    def _stop(self) -> None:
        if self._playing:
            self._playing.stopped = True
            self._playing = None
            self._brain.open_responses -= 1
