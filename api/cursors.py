"""Places in a list, as they are handed out and come back; nobody need know what is in them."""

import base64
import binascii

from shared.errors import CursorInvalid

LONGEST = 64


def cursor_at(*numbers: int) -> str:
    """Return the place after the entry that these numbers stand for."""
    return base64.urlsafe_b64encode(":".join(("v1", *map(str, numbers))).encode()).decode().rstrip("=")


def place_of(cursor: str | None) -> int | None:
    """Return the number of the entry that a cursor stands after, None for none. Raises CursorInvalid."""
    place = places_of(cursor, 1)
    return place[0] if place else None


def places_of(cursor: str | None, how_many: int) -> list[int] | None:
    """Return so many numbers, which tell what a cursor stands after, None for none. Raises CursorInvalid."""
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (ValueError, binascii.Error) as error:
        raise CursorInvalid from error
    version, *numbers = text.split(":")
    if version != "v1" or len(numbers) != how_many or not all(map(_is_number, numbers)):
        raise CursorInvalid
    return [int(number) for number in numbers]


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= 10  # noqa: PLR2004  (as many digits as an id has)
