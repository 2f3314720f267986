"""The id of every request, for its log lines and its answer, and one line about how it went."""

import time
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from api import metrics
from shared import log
from shared.ids import new_id

ID: Final = "request_id"
ID_LENGTHS: Final = range(8, 65)
HEADER: Final = "X-Request-ID"
NO_ROUTE: Final = "none"
CRASHED: Final = 500
QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes that are asked by the clock."""


def current_request_id() -> str:
    """Return the id that names the request under way in logs and answers."""
    return get_contextvars()[ID]  # type: ignore[no-any-return]


class RequestLog:
    """Names each request by the id that came with it, if it is a decent one, and tells its route, status and time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _decent(Headers(scope=scope).get(HEADER, "")) or new_id()
        clear_contextvars()
        bind_contextvars(**{ID: request_id})
        started_at, status = time.perf_counter(), CRASHED

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])  # a name of http.HTTPStatus would be logged
                MutableHeaders(scope=message).setdefault(HEADER, request_id)
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            _tell(scope, status, time.perf_counter() - started_at)


def _decent(given: str) -> str | None:
    """Return an id that somebody before us gave: a plain word, which can't pretend to be anything else in a log."""
    return given if given.isascii() and given.isalnum() and len(given) in ID_LENGTHS else None


def _tell(scope: Scope, status: int, seconds: float) -> None:
    """Log and count a request by its route's template; its address may hold anything."""
    route: Any = scope.get("route")
    template = getattr(route, "path", NO_ROUTE)
    method = scope["method"] if route else NO_ROUTE
    metrics.REQUESTS.labels(method, template, status).inc()
    metrics.REQUEST_SECONDS.labels(template).observe(seconds)
    note = log.get().debug if template in QUIET else log.get().info
    note("request", method=method, route=template, status=status, ms=round(seconds * 1000, 1))
