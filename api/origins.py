"""Which websites may open sessions: our own pages, and those that the operator names."""

from collections.abc import Sequence

from fastapi import Request

from shared.errors import OriginNotAllowed


def allowed_origin(origin: str | None, request: Request, allowed: Sequence[str]) -> str | None:
    """Return the `Origin` of a request that may open a session; servers and command lines send none.

    Raises OriginNotAllowed.
    """
    if origin is None:
        return None
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if origin.lower() in {own.lower(), *allowed}:
        return origin
    raise OriginNotAllowed
