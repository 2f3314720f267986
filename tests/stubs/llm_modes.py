"""The table of ways the stub model answers, from well to badly."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from tests.stubs import llm_shapes as shapes
from tests.stubs.llm_shapes import Reply

MARKER = re.compile(r"\[\[stub:(\w+)(?::([^\]]*))?\]\]")
DRIP_SECONDS = 0.4
REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


class Ending(Enum):
    """What happens to the connection after the last piece."""

    KEEP = auto()  # the response is whole; the connection takes the next request
    HANG = auto()  # nothing more is sent, nothing is closed
    CLOSE = auto()
    RESET = auto()
    REPEAT = auto()  # the pieces start over, for ever


@dataclass(frozen=True, slots=True)
class Plan:
    """A response: bytes sent at once, then pieces sent by the clock, then an ending."""

    head: bytes = b""
    pieces: Sequence[bytes] = ()
    ending: Ending = Ending.KEEP
    first_seconds: float = 0.0
    period_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """When tokens are sent."""

    first_seconds: float
    period_seconds: float


def parse_mode(mode: str) -> tuple[str, str]:
    """Split `name:argument`; raise ValueError when there is no such mode."""
    name, _, argument = mode.partition(":")
    if name not in KNOWN:
        message = f"no mode {name!r}; there are: {', '.join(sorted(KNOWN))}"
        raise ValueError(message)
    if name in ("fail_first", "slow"):
        float(argument)
    return name, argument


def marked_mode(texts: Sequence[str]) -> str | None:
    """Return the mode a marker in the last of the texts asks for, if there is one."""
    found = MARKER.search(texts[-1]) if texts else None
    return f"{found[1]}:{found[2] or ''}" if found else None


def response(status: int, body: bytes, content_type: str = "application/json", extra: str = "") -> bytes:
    """Return a whole HTTP response."""
    head = f"HTTP/1.1 {status} {REASONS[status]}\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}\r\n"
    return (head + extra + "\r\n").encode() + body


def json_response(status: int, body: Any, extra: str = "") -> bytes:
    """Return a whole HTTP response with a JSON body."""
    return response(status, shapes.encode(body), extra=extra)


def http_plan(name: str) -> Plan | None:
    """Return the plan of a mode that fails before any content, or None for the other modes."""
    if name == "refuse":
        return Plan(ending=Ending.CLOSE)
    return Plan(head=STATUSES[name]) if name in STATUSES else None


def stream_plan(name: str, reply: Reply, pace: Pace) -> Plan:
    """Return the plan of a streamed answer in a mode."""
    bent = BENT[name](reply)
    pieces = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in bent.pieces]
    if bent.ending is Ending.KEEP:
        pieces[-1] += b"0\r\n\r\n"
    first, period = pace.first_seconds, pace.period_seconds
    if bent.ending is Ending.REPEAT:
        period = DRIP_SECONDS
    return Plan(STREAM_HEAD, pieces, bent.ending, first, period)


def whole_plan(name: str, reply: Reply, pace: Pace) -> Plan:
    """Return the plan of an answer in one piece, sent when the last token would have been."""
    after = pace.first_seconds + pace.period_seconds * max(0, len(reply.tokens) - 1)
    body = shapes.encode(shapes.completion(reply, FINISH.get(name, "stop")))
    if name == "error_in_stream":
        return Plan(pieces=[STATUSES["status_500"]], first_seconds=after)
    if name == "junk_json":
        body = b"{junk" + body[5:]
    raw = response(200, body)
    if name in CUT_WHOLE:
        sent = b"" if name == "stall" else body[: len(body) // 2]
        return Plan(raw[: -len(body)], [sent] if sent else [], CUT_WHOLE[name], after, DRIP_SECONDS)
    return Plan(pieces=[raw], first_seconds=after)


@dataclass(frozen=True, slots=True)
class _Bent:
    pieces: list[bytes]
    ending: Ending = Ending.KEEP


def _whole(reply: Reply, reason: str | None = "stop") -> _Bent:
    pieces = shapes.content_chunks(reply)
    finish = shapes.finish_chunk(reply, reason) if reason else b""
    pieces[-1] += finish + shapes.usage_chunk(reply) + shapes.DONE
    return _Bent(pieces)


def _half(reply: Reply, ending: Ending, last_words: bytes = b"") -> _Bent:
    pieces = shapes.content_chunks(reply)
    pieces = pieces[: max(1, len(pieces) // 2)]
    pieces[-1] += last_words
    return _Bent(pieces, ending)


def _junk(reply: Reply) -> _Bent:
    whole = _whole(reply)
    middle = len(whole.pieces) // 2
    return _Bent([*whole.pieces[:middle], b'data: {"id":"chatcmpl-junk","choices":[{"del\n\n', *whole.pieces[middle:]])


def _few(reply: Reply, reason: str) -> _Bent:
    return _whole(replace(reply, tokens=reply.tokens[:3]), reason)


IN_STREAM_ERROR = b"data: %b\n\n" % shapes.encode(shapes.error("The server had an error.", "server_error"))

BENT: dict[str, Callable[[Reply], _Bent]] = {
    "ok": _whole,
    "slow": _whole,
    "echo": _whole,
    "stall": lambda _: _Bent([], Ending.HANG),
    "stall_mid": lambda reply: _half(reply, Ending.HANG),
    "drip": lambda reply: _Bent(shapes.content_chunks(reply), Ending.REPEAT),
    "cut_clean": lambda reply: _half(reply, Ending.KEEP),
    "cut_hard": lambda reply: _half(reply, Ending.RESET),
    "junk_json": _junk,
    "no_finish": lambda reply: _whole(reply, None),
    "content_filter": lambda reply: _few(reply, "content_filter"),
    "length": lambda reply: _whole(reply, "length"),
    "error_in_stream": lambda reply: _half(reply, Ending.KEEP, IN_STREAM_ERROR),
}
FINISH = {"no_finish": None, "content_filter": "content_filter", "length": "length"}
CUT_WHOLE = {
    "stall": Ending.HANG,
    "stall_mid": Ending.HANG,
    "drip": Ending.HANG,
    "cut_clean": Ending.CLOSE,
    "cut_hard": Ending.RESET,
}
TOO_MANY = shapes.error("Rate limit reached for requests.", "requests", "rate_limit_exceeded")
BROKEN = shapes.error("The server had an error while processing your request.", "server_error")
OVERLOADED = shapes.error("The engine is currently overloaded.", "server_error")
TOO_LONG = shapes.error("Your input exceeds the context window.", "invalid_request_error", "context_length_exceeded")
BAD_KEY = shapes.error("Incorrect API key provided.", "invalid_request_error", "invalid_api_key")
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\r\n"
STATUSES = {
    "status_429": json_response(429, TOO_MANY, "retry-after: 1\r\n"),
    "status_429_bare": json_response(429, TOO_MANY),
    "status_500": json_response(500, BROKEN),
    "status_503": json_response(503, OVERLOADED),
    "status_400": json_response(400, TOO_LONG),
    "status_401": json_response(401, BAD_KEY),
    "html_502": response(502, BAD_GATEWAY, "text/html"),
}
KNOWN = {*BENT, *STATUSES, "refuse", "fail_first"}
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
    b"openai-processing-ms: 1\r\nx-request-id: req_stub\r\ntransfer-encoding: chunked\r\n\r\n"
)
