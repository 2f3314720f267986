"""Refusals in the words and shapes that Google answers with."""

from typing import Any, Final

STATUS: Final = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    414: "Request-URI Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}
CONSUMER: Final = "projects/123456789012"
HELP: Final = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. "
    "See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
CHALLENGE: Final = 'Bearer realm="https://accounts.google.com/"'


class Refused(Exception):
    """A request that gets an error for an answer."""

    def __init__(
        self,
        code: int,
        message: str,
        details: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.message = code, message
        self.details, self.headers = details or [], headers or {}

    @property
    def body(self) -> dict[str, Any]:
        """The error as Google writes it."""
        error = {"code": self.code, "message": self.message, "status": STATUS[self.code]}
        return {"error": error | ({"details": self.details} if self.details else {})}


def invalid(message: str) -> Refused:
    """Refuse what was understood and can't be done."""
    return Refused(400, message)


def invalid_field(field: str, description: str) -> Refused:
    """Refuse what is not of the method's form."""
    violation = {"description": description} | ({"field": field} if field else {})
    return Refused(
        400, description, [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]
    )


def unauthenticated(reason: str) -> Refused:
    """Refuse a request without a token, or with one that is not good any more."""
    missing = reason == "CREDENTIALS_MISSING"
    start = "Request is missing required authentication credential." if missing else INVALID_CREDENTIALS
    challenge = CHALLENGE if missing else f'{CHALLENGE}, error="invalid_token"'
    return Refused(401, f"{start} {HELP}", [_info(reason)], {"WWW-Authenticate": challenge})


INVALID_CREDENTIALS: Final = "Request had invalid authentication credentials."


def forbidden() -> Refused:
    """Refuse an account with which the spreadsheet is not shared."""
    return Refused(403, "The caller does not have permission")


def lacking_scope() -> Refused:
    """Refuse a token that was asked for something else."""
    return Refused(403, "Request had insufficient authentication scopes.", [_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT")])


def disabled() -> Refused:
    """Refuse a project in which nobody has switched the API on."""
    message = f"Google Sheets API has not been used in project {CONSUMER[9:]} before or it is disabled."
    return Refused(403, message, [_info("SERVICE_DISABLED", consumer=CONSUMER)])


def not_found() -> Refused:
    """Refuse the id of a spreadsheet that there is not."""
    return Refused(404, "Requested entity was not found.")


def too_many(kind: str, limit: int, retry_after: int | None) -> Refused:
    """Refuse a request beyond the quota; Google's own such answers carry no Retry-After."""
    metric = f"{kind.title()} requests"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{metric} per minute per user' of service "
        f"'sheets.googleapis.com' for consumer 'project_number:{CONSUMER[9:]}'."
    )
    info = _info(
        "RATE_LIMIT_EXCEEDED",
        consumer=CONSUMER,
        quota_metric=f"sheets.googleapis.com/{kind}_requests",
        quota_limit=f"{kind.title()}RequestsPerMinutePerUser",
        quota_limit_value=str(limit),
        quota_location="global",
    )
    return Refused(429, message, [info], {} if retry_after is None else {"Retry-After": str(retry_after)})


def internal() -> Refused:
    """Fail as a server does."""
    return Refused(500, "Internal error encountered.")


def unavailable() -> Refused:
    """Fail as a server does that will be back."""
    return Refused(503, "The service is currently unavailable.")


def page(status: int) -> bytes:
    """Return an error as Google's outermost servers write it: a page for people."""
    title = f"Error {status} ({REASONS[status]})!!1"
    return f"<!DOCTYPE html><html lang=en><title>{title}</title><p><b>{status}.</b></html>\n".encode()


def _info(reason: str, **metadata: str) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "sheets.googleapis.com", **metadata},
    }
