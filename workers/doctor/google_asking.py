"""Google as the doctor asks it: for the very words of its refusals, which say which step of the set-up is missing."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.service_account import Credentials

from shared.settings import Settings
from workers.adapters.google_account import credentials_of
from workers.adapters.sheet_client import spreadsheets_at

SECONDS: Final = 10
CHANGES_NOTHING: Final = "b5f1c6de-4a43-4dd5-9a0e-frontdesk-looks-for-this-and-finds-nothing"


@dataclass(frozen=True, slots=True)
class Answer:
    """What Google answered."""

    status: int
    body: dict[str, Any]

    @property
    def reasons(self) -> set[str]:
        """Google's own codes for why not, such as `SERVICE_DISABLED`."""
        return {str(detail["reason"]) for detail in self._details() if "reason" in detail}

    def _details(self) -> Iterator[dict[str, Any]]:
        error = self.body.get("error")
        details = error.get("details", []) if isinstance(error, dict) else []
        return (detail for detail in details if isinstance(detail, dict))


class Asking:
    """The service account, and the spreadsheet that the settings name. Requests raise requests' and google-auth's."""

    def __init__(self, settings: Settings) -> None:
        """Raise SettingsInvalid for an account's key that can't be one."""
        self._credentials: Credentials = credentials_of(settings)
        self._session = AuthorizedSession(self._credentials, max_refresh_attempts=0)  # type: ignore[no-untyped-call]
        self._url = f"{spreadsheets_at(settings.google_sheets_base_url)}/{settings.google_sheet_id}"

    @property
    def email(self) -> str:
        """The account's address, which a spreadsheet is shared with."""
        return str(self._credentials.service_account_email)

    @property
    def project(self) -> str:
        """The project that the account belongs to."""
        return str(self._credentials.project_id or "")

    async def sign_in(self) -> None:
        """Get a token for the key."""
        await asyncio.to_thread(self._credentials.refresh, partial(Request(), timeout=SECONDS))

    async def spreadsheet(self, fields: str) -> Answer:
        """Ask what the spreadsheet is made of."""
        return await self._ask("GET", self._url, params={"fields": fields})

    async def values(self, cells: str) -> Answer:
        """Ask for what cells show."""
        return await self._ask("GET", f"{self._url}/values/{quote(cells, safe='')}")

    async def touch(self, tab_id: int) -> Answer:
        """Ask for a change that only an editor may make, of a text that stands nowhere: nothing is changed."""
        search = {"find": CHANGES_NOTHING, "replacement": CHANGES_NOTHING, "sheetId": tab_id}
        return await self._ask("POST", f"{self._url}:batchUpdate", json={"requests": [{"findReplace": search}]})

    async def _ask(self, method: str, url: str, **options: Any) -> Answer:
        response = await asyncio.to_thread(self._session.request, method, url, timeout=SECONDS, **options)
        is_json = "json" in response.headers.get("Content-Type", "")
        body = response.json() if is_json else {}
        return Answer(response.status_code, body if isinstance(body, dict) else {})
