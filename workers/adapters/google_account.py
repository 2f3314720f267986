"""The service account that writes to the sheet, from its key."""

import json
from typing import Any, Final

from google.oauth2.service_account import Credentials

from shared.errors import SettingsInvalid
from shared.settings import Settings

SCOPES: Final = ("https://www.googleapis.com/auth/spreadsheets",)
NEEDED: Final = ("client_email", "private_key", "token_uri")


def credentials_of(settings: Settings) -> Credentials:
    """Return the account's credentials. Raises SettingsInvalid, which shows nothing of the key."""
    name, text = _key_of(settings)
    try:
        info = json.loads(text)
    except ValueError:
        raise SettingsInvalid(f"{name} is not JSON: give it the key that Google made for a service account.") from None
    missing = [field for field in NEEDED if not isinstance(info, dict) or not isinstance(info.get(field), str)]
    if missing:
        raise SettingsInvalid(f"{name} is not the key of a service account: it lacks {', '.join(missing)}.")
    return _credentials(name, info)


def _key_of(settings: Settings) -> tuple[str, str]:
    path = settings.google_service_account_file
    if path is None:
        return "GOOGLE_SERVICE_ACCOUNT_JSON", settings.google_service_account_json.get_secret_value()
    try:
        return "GOOGLE_SERVICE_ACCOUNT_FILE", path.read_text()
    except OSError as error:
        raise SettingsInvalid(f"GOOGLE_SERVICE_ACCOUNT_FILE: {path} can't be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise SettingsInvalid(f"GOOGLE_SERVICE_ACCOUNT_FILE: {path} is not a text.") from None


def _credentials(name: str, info: dict[str, Any]) -> Credentials:
    try:
        return Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-any-return,no-untyped-call]
    except ValueError:
        raise SettingsInvalid(f"{name}: its private_key is not a key.") from None
