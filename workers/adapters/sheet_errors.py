"""What Google's answers and its client's errors mean to us, without a word of what was sent."""

import re
from http import HTTPStatus
from typing import Any, Final

import requests
import urllib3
from google.auth.exceptions import GoogleAuthError, RefreshError

from shared.errors import FrontdeskError
from workers.adapters.retry_after import retry_after
from workers.ports import SheetFull, SheetRefused, SheetUnavailable

ERRORS: Final = (requests.RequestException, urllib3.exceptions.HTTPError, GoogleAuthError, OSError)
TRANSIENT: Final = frozenset((HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS))
TOO_FAST: Final = frozenset(("RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED", "rateLimitExceeded", "userRateLimitExceeded"))
FULL: Final = re.compile(r"above the limit of [\d,.]+ cells")
PROTECTED: Final = re.compile(r"protected (cell|range|sheet)")
RENAMED: Final = re.compile(r"^Unable to parse range")
WHAT_TO_DO: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "It does not accept the account's key: make a new one.",
    HTTPStatus.FORBIDDEN: "Share the spreadsheet with the service account, as an editor, and enable the Sheets API.",
    HTTPStatus.NOT_FOUND: "There is no spreadsheet with that GOOGLE_SHEET_ID.",
}


class TabRenamed(SheetUnavailable):
    """Nothing has the tab's name any more; under its new one the same request will succeed."""


def of_answer(response: requests.Response) -> FrontdeskError:
    """Return our error for an answer that is not a success."""
    status, error = response.status_code, _error_in(response)
    said = f"Google Sheets answered {status}."
    if status in TRANSIENT or status >= HTTPStatus.INTERNAL_SERVER_ERROR or TOO_FAST & _codes(error):
        return SheetUnavailable(said, retry_after=retry_after(response.headers))
    message = str(error.get("message", ""))
    if FULL.search(message):
        return SheetFull()
    if RENAMED.match(message):
        return TabRenamed()
    if PROTECTED.search(message):
        return SheetRefused("A part of the tab is protected from the service account.")
    return SheetRefused(f"{said} {WHAT_TO_DO.get(status, '')}".strip())


def of_client(error: Exception) -> FrontdeskError:
    """Return our error for one of ERRORS."""
    if isinstance(error, RefreshError) and not error.retryable:
        return SheetRefused("Google does not accept the service account's key: it was revoked, or its clock is wrong.")
    return SheetUnavailable(f"Google Sheets gave no answer ({type(error).__name__}).")


def _error_in(response: requests.Response) -> dict[str, Any]:
    try:
        error = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {}


def _codes(error: dict[str, Any]) -> set[str]:
    details = [one for key in ("details", "errors") for one in error.get(key) or () if isinstance(one, dict)]
    return {str(error.get("status")), *(str(one.get("reason")) for one in details)}
