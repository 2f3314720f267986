"""gspread's HTTP client, kept to its time, and sent to wherever the operator wants."""

import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

import requests
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials
from gspread.http_client import FileType, HTTPClient, ParamsType
from gspread.urls import SPREADSHEETS_API_V4_BASE_URL

from workers.adapters.sheet_errors import of_answer

PIECE: Final = 65_536


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds to wait for Google."""

    connect: float = 5
    read: float = 30
    """For the next byte."""
    answer: float = 32
    """For the whole of an answer: one that drips would never be late otherwise."""
    total: float = 35
    """For signing in and the request together."""


class SheetClient(HTTPClient):
    """Makes requests one at a time. Raises our errors for answers, and those of `sheet_errors.ERRORS`."""

    def __init__(self, credentials: Credentials, base_url: str, patience: Patience) -> None:
        # A token may end between two requests: it is asked for once more, and once only, since that is uncounted.
        session = AuthorizedSession(credentials, max_refresh_attempts=1)  # type: ignore[no-untyped-call]
        super().__init__(credentials, session)
        self._spreadsheets = spreadsheets_at(base_url)
        self._answer_seconds = patience.answer
        self.set_timeout((patience.connect, patience.read))

    def request(  # noqa: PLR0913, PLR0917  (gspread's)
        self,
        method: str,
        endpoint: str,
        params: ParamsType | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: FileType = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> requests.Response:
        """Make a request, and return its answer when all of it is there."""
        url = endpoint.replace(SPREADSHEETS_API_V4_BASE_URL, self._spreadsheets, 1)
        until = time.monotonic() + self._answer_seconds
        response: requests.Response = self.session.request(
            method, url, params=params, data=data, json=json, files=files, headers=headers, timeout=self.timeout,
            stream=True,
        )  # fmt: skip
        _read(response, until)
        if not response.ok:
            raise of_answer(response)
        return response


def _read(response: requests.Response, until: float) -> None:
    """Read the body; raise Timeout when it takes too long. A timeout of requests' starts anew with every byte."""
    pieces = []
    while piece := response.raw.read1(PIECE, decode_content=True):
        pieces.append(piece)
        if time.monotonic() > until:
            response.close()
            raise requests.Timeout
    response._content = b"".join(pieces)  # noqa: SLF001  (so that whoever has the response can go on as usual)


def spreadsheets_at(base_url: str) -> str:
    """Return where spreadsheets are, for a base URL in any of the ways to write it."""
    root = base_url.rstrip("/").removesuffix("/spreadsheets").removesuffix("/v4")
    return f"{root}/v4/spreadsheets"
