"""Whether leads get into the Google Sheet, and if not, which step of setting it up is missing."""

from http import HTTPStatus
from typing import Final

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError
from gspread.utils import absolute_range_name

from shared.errors import SettingsInvalid
from workers.adapters.google_sheet import WANTED, tab_in
from workers.doctor.finding import Finding, Visit, ok, problem, skipped, warning
from workers.doctor.google_asking import Answer, Asking
from workers.domain.tab import Flaw, layout_of
from workers.ports import SheetMisshapen

GUIDE: Final = "deploy/runbooks/google-sheet.md"
AWAY: Final = (requests.RequestException, GoogleAuthError, OSError)
CONSOLE: Final = "https://console.cloud.google.com/apis/library/sheets.googleapis.com"
UNTIMELY: Final = "timeframe"
SHOWN_ROWS: Final = 50


def step(number: int) -> str:
    """Name a step of the guide."""
    return f"({GUIDE}, step {number})"


async def account(visit: Visit) -> Finding:
    """Look at the account's key."""
    settings = visit.settings
    has_key = settings.google_service_account_file or settings.google_service_account_json.get_secret_value()
    if not has_key and not settings.google_sheet_id:
        return skipped(f"No sheet is set up: leads wait in the database. {step(1)}")
    if not has_key:
        return problem(
            "GOOGLE_SHEET_ID is set, and no service account.",
            f"Make a service account, and set GOOGLE_SERVICE_ACCOUNT_FILE to where its key is. {step(3)}",
        )
    if not settings.google_sheet_id:
        return problem(
            "A service account is set, and no spreadsheet.",
            f"Set GOOGLE_SHEET_ID to the address of the spreadsheet. {step(6)}",
        )
    try:
        visit.google = Asking(settings)
    except SettingsInvalid as error:
        unread = "can't be read" in str(error)
        advice = "Put the key file there, readable for the desk." if unread else "Make a key of the kind JSON."
        return problem(str(error), f"{advice} {step(6 if unread else 4)}")
    return ok(f"The key is one of {visit.google.email}.")


async def signing_in(visit: Visit) -> Finding:
    """Have the key accepted."""
    google = _google(visit)
    try:
        await google.sign_in()
    except RefreshError as error:
        if error.retryable:
            return _away(error)
        if UNTIMELY in str(error):
            return problem("Google does not accept the time of this machine.", "Set its clock right: start NTP.")
        return problem(
            f"Google does not accept the key of {google.email}: it, or the account, was deleted.",
            f"Make a new key, and put it in the place of the old one. {step(4)}",
        )
    except AWAY as error:
        return _away(error)
    return ok("Google accepts the key.")


async def spreadsheet(visit: Visit) -> Finding:
    """Have the spreadsheet shown."""
    google = _google(visit)
    try:
        answer = await google.spreadsheet(WANTED)
    except AWAY as error:
        return _away(error)
    if answer.status == HTTPStatus.OK:
        visit.book = answer.body
        return ok("The spreadsheet is there, and shared with the account.")
    return _refused(answer, google)


async def tab(visit: Visit) -> Finding:
    """Look for the tab that leads are written in."""
    try:
        return ok(f"Leads go into the tab {tab_in(visit.book, visit.settings.google_sheet_tab_id)['title']!r}.")
    except SheetMisshapen as error:
        return problem(str(error), f"Set GOOGLE_SHEET_TAB_ID to the number behind #gid= in its address. {step(6)}")


async def editing(visit: Visit) -> Finding:
    """See whether the account may write, by a change that changes nothing."""
    google = _google(visit)
    try:
        answer = await google.touch(int(tab_in(visit.book, visit.settings.google_sheet_tab_id).get("sheetId", 0)))
    except AWAY as error:
        return _away(error)
    if answer.status == HTTPStatus.OK:
        return ok("The account may edit it.")
    if answer.status == HTTPStatus.FORBIDDEN:
        return problem(
            "The account may see the spreadsheet, and not edit it.",
            f"Share it with {google.email} as an Editor, not a Viewer. {step(5)}",
        )
    return _refused(answer, google)


async def headers(visit: Visit) -> Finding:
    """See whether every column of ours is where its header says, or the tab still empty."""
    title = tab_in(visit.book, visit.settings.google_sheet_tab_id)["title"]
    try:
        answer = await _google(visit).values(absolute_range_name(title, f"1:{SHOWN_ROWS}"))
    except AWAY as error:
        return _away(error)
    if answer.status != HTTPStatus.OK:
        return _refused(answer, _google(visit))
    rows = [[str(cell) for cell in row] for row in answer.body.get("values", [])]
    found = layout_of(rows)
    if isinstance(found, Flaw):
        return problem(_told(found), f"Give each column its header back, spelled so, and once. {step(8)}")
    return ok("The tab is empty: the desk writes the headers." if found is None else "Every column is there.")


def _told(flaw: Flaw) -> str:
    missing = f"No column has the header {', '.join(flaw.missing)}." if flaw.missing else ""
    doubled = f"More than one has the header {', '.join(flaw.doubled)}." if flaw.doubled else ""
    return f"{missing} {doubled}".strip()


def _refused(answer: Answer, google: Asking) -> Finding:
    if "SERVICE_DISABLED" in answer.reasons:
        return problem(
            "The Google Sheets API is not switched on in the account's project.",
            f"Switch it on at {CONSOLE}?project={google.project}, and wait some minutes. {step(2)}",
        )
    if answer.status == HTTPStatus.NOT_FOUND:
        return problem("There is no such spreadsheet.", f"Set GOOGLE_SHEET_ID to the address of yours. {step(6)}")
    if answer.status == HTTPStatus.FORBIDDEN:
        return problem(
            "The spreadsheet is not shared with the account.", f"Share it with {google.email} as an Editor. {step(5)}"
        )
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return warning("Google's limit of requests in a minute is reached.", "Lower SHEETS_REQUESTS_PER_MINUTE.")
    return problem(f"Google answers {answer.status}.", "Wait, and look again: leads wait in the database.")


def _away(error: Exception) -> Finding:
    return problem(
        f"Google can't be reached ({type(error).__name__}).",
        "Let this machine reach oauth2.googleapis.com and sheets.googleapis.com, or set HTTPS_PROXY.",
    )


def _google(visit: Visit) -> Asking:
    assert visit.google, "the account was looked at before"  # noqa: S101
    return visit.google
