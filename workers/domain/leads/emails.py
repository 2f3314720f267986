"""Which of the email addresses in a message is the visitor's."""

import re
from collections.abc import Sequence
from typing import Final

from workers.domain.leads.addresses import Address
from workers.domain.leads.email_typos import PROVIDER_NAMES
from workers.domain.leads.phrases import words_of
from workers.domain.leads.whose import choose, surroundings

LONGEST_TRY: Final = 5
HOST: Final = re.compile(r"\S+\.[^\W\d_]{2,}")


def visitors_email(blanked: str, found: Sequence[Address], *, asked_for: bool) -> str | None:
    """Return the one address that is the visitor's; `blanked` is the message with its details turned into `|`."""
    claims = [(surroundings(blanked, one.start, one.end), one.email) for one in found if one.email]
    return choose(claims, asked_for=asked_for)


def looks_meant(message: str) -> bool:
    """Whether a reply to "what is your email?" tries to be one without any @: "anna.gmail.com", "annagmail.com"."""
    words = words_of(message)
    if len(words) > LONGEST_TRY:
        return False
    lone_host = len(message.split()) == 1 and HOST.fullmatch(message.strip())
    return bool(lone_host) or any(name in message.lower() for name in PROVIDER_NAMES if len(name) > LONGEST_TRY - 1)
