"""What browsers are told about every answer: who may frame it, what it may load, and to take it for what it is."""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

EVERY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NO_PAGE: Final = EVERY | {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Of answers to programs, and whatever else a browser should draw nothing of."""
FILES: Final = NO_PAGE | {"Cross-Origin-Resource-Policy": "cross-origin"}
"""Of scripts and styles, which other websites' pages load as well."""

SOMEBODYS: Final = "/v1/"
"""Below it, answers are for whoever sent the token or key, and no cache is to keep them."""
NOT_KEPT: Final = (b"cache-control", b"no-store")

Raw = list[tuple[bytes, bytes]]


def of_page(policy: str, framed_by: Sequence[str] = ()) -> dict[str, str]:
    """Return the headers of a page with a content security policy of its own, which only these origins may frame."""
    ancestors = " ".join(("'self'", *framed_by)) if framed_by else "'none'"
    whole = f"default-src 'none'; {policy}; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    return EVERY | {"Content-Security-Policy": whole, "Cross-Origin-Resource-Policy": "same-origin"}


class SecurityHeaders:
    """Adds them to each answer; they are computed once, so that streams pay nothing for them."""

    def __init__(self, app: ASGIApp, pages: Mapping[str, Mapping[str, str]], files: Sequence[str]) -> None:
        """`pages` are headers by path, `files` the beginnings of the paths that files are served below."""
        self._app = app
        self._pages = {path: _raw(headers) for path, headers in pages.items()}
        self._files, self._of_files, self._of_others = tuple(files), _raw(FILES), _raw(NO_PAGE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ours, is_somebodys = self._ours(scope["path"]), scope["path"].startswith(SOMEBODYS)

        async def send_with_ours(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *ours]
                if is_somebodys and not any(name == b"cache-control" for name, _ in message["headers"]):
                    message["headers"].append(NOT_KEPT)
            await send(message)

        await self._app(scope, receive, send_with_ours)

    def _ours(self, path: str) -> Raw:
        return self._of_files if path.startswith(self._files) else self._pages.get(path, self._of_others)


def _raw(headers: Mapping[str, str]) -> Raw:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
