"""Kinds of things that are asked for by their name and told without it: phone numbers, addresses for mail, who we are.

"What's your phone number?" is answered by "Call +1 555-0140", and not by what is said about phone numbers. A text that
tells one counts as if it named its kind, by a word of ours that neither stems nor vectors mistake for another.
"""

import re
from typing import Final

PHONE: Final = "phonenumber"
EMAIL: Final = "emailaddress"
ABOUT: Final = "aboutcompany"

TOLD: Final = {
    PHONE: re.compile(
        # Not a date, 01.02.2026, nor hours, 09.30 - 18.00.
        r"(?<![\w.,/$€£-])(?!\d\d[./-]\d{1,2}[./-](?:19|20)?\d\d(?![./-]?\d))(?!\d\d\.\d\d ?[-\u2013])"
        r"(?:\+\d|\(\+?\d{1,5}\) ?\d|0\d)[\d ()/.-]{4,}\d(?![\w%])"
        r"|(?<![\w.,/$€£-])\d{3}[ .-]\d{3}[ .-]\d{4}(?!\w)"
    ),
    EMAIL: re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
}


# "What we do" and "About Larkfield Bikes", not "About returns": headings of words too common to be found by.
ABOUT_US: Final = re.compile(
    r"\W*(?:(?i:about(?: us| the (?:company|shop|business))?|who we are|what we (?:do|offer|sell|make)"
    r"|our (?:story|company|history|mission|services|products)"
    r"|(?:sobre|acerca de) nosotros|quiénes somos|(?:qué|lo que) hacemos|nuestra (?:historia|empresa)"
    r"|über uns|wer wir sind|was wir (?:tun|machen|anbieten)|unser (?:unternehmen|angebot)"
    r"|à propos(?: de nous)?|qui sommes[- ]nous|ce que nous faisons|notre (?:histoire|entreprise))"
    r"|About(?: (?:the )?[A-Z][\w&.'-]*){1,4})\W*"
)


def kind_headed(heading: str) -> str:
    """Return the kind that stands under a heading or title, an empty string for none."""
    return ABOUT if ABOUT_US.fullmatch(heading) else ""


def kinds_told(text: str) -> str:
    """Return the kinds of which a text tells one, in one string of words; an empty one for none."""
    return " ".join(kind for kind, told in TOLD.items() if told.search(text))
