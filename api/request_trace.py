"""The span of every request, under which whatever is done for it is traced."""

from typing import Any, Final

from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import get_contextvars

from api.request_log import ID, NO_ROUTE, QUIET
from shared import tracing

SERVER_ERRORS: Final = 500


class RequestTrace:
    """Traces each request by its route's template; a trace begins here, whatever a stranger's headers say of another.

    A stream's span is as long as the stream.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["path"] in QUIET or not tracing.is_on():
            await self._app(scope, receive, send)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                tracing.note({"http.response.status_code": message["status"]})
                if message["status"] >= SERVER_ERRORS:
                    tracing.failed(str(message["status"]))
            await send(message)

        method = scope["method"]
        with tracing.span(method, {"http.request.method": method}, kind=SpanKind.SERVER) as span:
            try:
                await self._app(scope, receive, send_on)
            finally:
                route: Any = scope.get("route")
                template = getattr(route, "path", NO_ROUTE)
                span.update_name(f"{method} {template}")
                tracing.note({"http.route": template, "frontdesk.request_id": get_contextvars().get(ID)})
