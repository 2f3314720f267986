"""Places in a list, as they are handed out and come back; nobody need know what is in them."""

import base64
import binascii

from shared.errors import CursorInvalid

LONGEST = 64


def cursor_at(number: int) -> str:
    """Return the place after the entry with this number."""
    return base64.urlsafe_b64encode(f"v1:{number}".encode()).decode().rstrip("=")


def place_of(cursor: str | None) -> int | None:
    """Return the number of the entry that a cursor stands after, None for none. Raises CursorInvalid."""
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (ValueError, binascii.Error) as error:
        raise CursorInvalid from error
    version, _, number = text.partition(":")
    if version != "v1" or not (number.isdecimal() and len(number) <= 10):  # noqa: PLR2004  (as many digits as an id has)
        raise CursorInvalid
    return int(number)
