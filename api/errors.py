"""From the facts that stop a request to what the visitor's program is told: RFC 9457 problem documents."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.rates import HEADERS, OverLimit, headers_of
from api.request_log import current_request_id
from api.schemas import Problem
from api.security_headers import NO_PAGE
from shared import errors, log

INVALID: Final = "invalid_request"
TOO_LARGE: Final = "body_too_large"
NOT_READY: Final = "not_ready"
STATUS: Final = {
    INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NOT_READY: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.SessionNotFound.code: HTTPStatus.UNAUTHORIZED,
    errors.SessionExpired.code: HTTPStatus.GONE,
    errors.TurnNotFound.code: HTTPStatus.NOT_FOUND,
    errors.IdempotencyConflict.code: HTTPStatus.CONFLICT,
    errors.TooManyOpenTurns.code: HTTPStatus.TOO_MANY_REQUESTS,
    errors.RateLimited.code: HTTPStatus.TOO_MANY_REQUESTS,
    errors.TooManyStreams.code: HTTPStatus.TOO_MANY_REQUESTS,
    errors.MessageTooLong.code: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.OriginNotAllowed.code: HTTPStatus.FORBIDDEN,
    errors.ContactMissing.code: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.EmailInvalid.code: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PhoneInvalid.code: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ConsentRequired.code: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.CursorInvalid.code: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SheetNotConfigured.code: HTTPStatus.CONFLICT,
    errors.BuildUnderWay.code: HTTPStatus.CONFLICT,
    errors.ReleaseNotFound.code: HTTPStatus.NOT_FOUND,
    errors.ReleaseBroken.code: HTTPStatus.CONFLICT,
    errors.AdminKeyRequired.code: HTTPStatus.UNAUTHORIZED,
    errors.AdminKeyInvalid.code: HTTPStatus.UNAUTHORIZED,
    errors.ScopeMissing.code: HTTPStatus.FORBIDDEN,
    errors.MetricsTokenInvalid.code: HTTPStatus.UNAUTHORIZED,
    errors.TooManyAttempts.code: HTTPStatus.TOO_MANY_REQUESTS,
    errors.DatabaseUnavailable.code: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.BrokerUnavailable.code: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_AFTER_SECONDS: Final = 2
MEDIA_TYPE: Final = "application/problem+json"
NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
SCHEMA: Final = "#/components/schemas/Problem"
WAITING: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


def install(app: FastAPI) -> None:
    """Answer every fault of the application with a problem document."""
    app.add_exception_handler(errors.FrontdeskError, _on_fact)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)
    app.openapi = _documented(app)  # type: ignore[method-assign]  # that is how FastAPI's document is extended


def responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may answer with these codes or any route's, for OpenAPI."""
    return refusals(*codes, INVALID, TOO_LARGE, errors.DatabaseUnavailable.code)


def refusals(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that takes nothing, and may answer with these codes alone."""
    found: dict[HTTPStatus, list[str]] = {}
    for code in codes:
        found.setdefault(STATUS[code], []).append(code)
    return {int(status): _response(status, names) for status, names in found.items()}


def _response(status: HTTPStatus, codes: Sequence[str]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": ", ".join(codes), "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMA}}}}
    if status in WAITING:
        limits = HEADERS if errors.RateLimited.code in codes else {}
        response["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}, **limits}
    return response


def _documented(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return the app's OpenAPI document with the problem in it, which no route names as its model."""
    derive = app.openapi

    def openapi() -> dict[str, Any]:
        document = derive()
        document["components"]["schemas"].setdefault("Problem", Problem.model_json_schema())
        return document

    return openapi


def problem(
    status: HTTPStatus, code: str, detail: str, retry_after: float | None = None, facts: Mapping[str, object] = NOTHING
) -> JSONResponse:
    """Return a problem document, with further members where there are facts to tell."""
    request_id = current_request_id()
    body = Problem(
        type="about:blank",
        title=status.phrase,
        status=status.value,
        code=code,
        detail=detail,
        request_id=request_id,
    )
    headers = {"X-Request-ID": request_id, "Cache-Control": "no-store"}
    if status in WAITING:
        headers["Retry-After"] = str(max(1, round(retry_after or RETRY_AFTER_SECONDS)))
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({**facts, **body.model_dump()}, status, headers, media_type=MEDIA_TYPE)


def too_large() -> JSONResponse:
    """Return the refusal of a body that is too large."""
    return problem(STATUS[TOO_LARGE], TOO_LARGE, "The body of this request is larger than this desk accepts.")


async def _on_fact(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.FrontdeskError)  # noqa: S101  (registered for nothing else)
    status = STATUS.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    answer = problem(status, error.code, str(error), error.retry_after)
    if isinstance(error, OverLimit):
        answer.headers.update(headers_of(error.standings))
    return answer


async def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    """Say what is wrong and where, and never echo the input: it may be anything, and it may be private."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    faults = [f"{'.'.join(map(str, _place(fault)))}: {fault['msg']}" for fault in error.errors()]
    detail = "; ".join(faults[:5]).encode("ascii", "replace").decode()
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, INVALID, detail)


def _place(fault: dict[str, Any]) -> Sequence[str | int]:
    """Return where a fault is; the name of a field that there is not is input, too."""
    place: Sequence[str | int] = fault["loc"]
    return place[:-1] if fault["type"] == "extra_forbidden" else place


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.BAD_REQUEST:  # a body that can't be read, such as one nested too deeply
        return problem(STATUS[INVALID], INVALID, "body: can't be read as JSON")
    if status is STATUS[TOO_LARGE]:
        return too_large()
    code = status.phrase.lower().replace(" ", "_").replace("-", "_")
    answer = problem(status, code, str(error.detail))
    answer.headers.update(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:  # the router names those of one route, of several with this path
        answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer


def _methods(request: Request) -> set[str]:
    """Return what may be done with this path."""
    routes = [context.original_route for context in iter_route_contexts(request.app.routes)]
    alike = [route for route in routes if route.matches(request.scope)[0] is Match.PARTIAL]
    return {method for route in alike for method in getattr(route, "methods", ())}


async def _on_bug(_: Request, error: Exception) -> JSONResponse:
    log.get().error("request_crashed", error=type(error).__name__)
    answer = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "Something went wrong on our side.")
    answer.headers.update(NO_PAGE)  # it is made outside of all that adds them to others
    return answer
