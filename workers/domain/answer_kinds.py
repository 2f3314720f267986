"""Kinds of things that are asked for by their name and told without it: phone numbers, and addresses for mail.

"What's your phone number?" is answered by "Call +1 555-0140", and not by what is said about phone numbers. A text that
tells one counts as if it named its kind, by a word of ours that neither stems nor vectors mistake for another.
"""

import re
from typing import Final

PHONE: Final = "phonenumber"
EMAIL: Final = "emailaddress"

TOLD: Final = {
    PHONE: re.compile(
        # Not a date, 01.02.2026, nor hours, 09.30 - 18.00.
        r"(?<![\w.,/$€£-])(?!\d\d[./-]\d{1,2}[./-](?:19|20)?\d\d(?![./-]?\d))(?!\d\d\.\d\d ?[-\u2013])"
        r"(?:\+\d|\(\+?\d{1,5}\) ?\d|0\d)[\d ()/.-]{4,}\d(?![\w%])"
        r"|(?<![\w.,/$€£-])\d{3}[ .-]\d{3}[ .-]\d{4}(?!\w)"
    ),
    EMAIL: re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
}


def kinds_told(text: str) -> str:
    """Return the kinds of which a text tells one, in one string of words; an empty one for none."""
    return " ".join(kind for kind, told in TOLD.items() if told.search(text))
