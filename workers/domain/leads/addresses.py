"""Finding email addresses in a message, however they are spelled."""

import re
from itertools import islice
from typing import Final, NamedTuple

from shared.contact_details import normal_email
from workers.domain.leads.email_typos import PROVIDER_NAMES, PROVIDERS
from workers.domain.leads.phrases import word_set, words_of

MOST_SIGNS: Final = 20  # a message with more @ in it is no message
WINDOW: Final = 160

CHARACTER: Final = r"[\w.+'\u2019&~%-]"
OPEN: Final = r"\s{0,2}[(\[{<]\s?"
CLOSE: Final = r"\s?[)\]}>]\s{0,2}"
DOT_WORDS: Final = "dot|punto|punkt|point|ponto"
DOT: Final = rf"(?:{OPEN}(?:{DOT_WORDS}|\.){CLOSE}|\s{{1,2}}(?:{DOT_WORDS})\s{{1,2}})"
SIGN_WORDS: Final = {
    "_": "under ?score|guion bajo|guión bajo|unterstrich|tiret bas|underline",
    "-": "dash|hyphen|minus|guion|guión|bindestrich|tiret",
    "+": "plus|más",
}
SIGN: Final = rf"\s(?:{'|'.join(SIGN_WORDS.values())})\s"
AT_WORDS: Final = "at|arroba|arobase|ät"

AT: Final = re.compile(
    r"(?P<typed>(?<!\s)[@\uff20\ufe6b](?!\s)|^[@\uff20\ufe6b]|[@\uff20\ufe6b]$)"
    rf"|(?P<marked>{OPEN}(?:{AT_WORDS}|@){CLOSE})"
    rf"|(?P<spoken>\s{{1,2}}(?:{AT_WORDS}|@)\s{{1,2}}|\s@|@\s)",
    re.IGNORECASE,
)
LOCAL: Final = re.compile(rf"(?<!{CHARACTER}){CHARACTER}{{1,64}}$")
SPOKEN_LOCAL: Final = re.compile(
    rf"(?<!{CHARACTER}){CHARACTER}{{1,64}}(?:(?:{DOT}|{SIGN}){CHARACTER}{{1,64}}){{0,4}}$", re.IGNORECASE
)
DOMAIN: Final = re.compile(
    rf"[\w-]{{1,63}}(?:(?:\.[\w-]{{1,63}}){{1,6}}|(?:{DOT}[\w-]{{1,63}}){{1,3}}"
    r"|\s?\.\s?(?:com|net|org|de|fr|es|it|nl|eu|co\.uk)\b)?",
    re.IGNORECASE,
)
SPELLINGS: Final = (
    (re.compile(rf"{DOT}|\s?\.\s?", re.IGNORECASE), "."),
    *((re.compile(rf"\s(?:{words})\s", re.IGNORECASE), sign) for sign, words in SIGN_WORDS.items()),
)
# Scripts that set no space between words: what touches an address there is no part of it.
UNSPACED: Final = r"[\u0e00-\u0eff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff61-\uff9f]"
NO_PART_BEFORE: Final = re.compile(rf"(?:.*{UNSPACED}(?=[\x21-\x7e]))?[.'\u2019&~%+-]*")
NO_PART_BEHIND: Final = re.compile(
    rf"(?<=[A-Za-z]){UNSPACED}.*"
    r"|(?:(?<=\.com)|(?<=\.net)|(?<=\.org)|(?<=\.[a-z]{2}))\.[A-Z][a-z]*$"  # "anna@x.com.Thanks"
    r"|[_-]+$"
)

# "I'm at gmail.com", "look at it": what stands before a spoken "at" is seldom an address.
NO_LOCAL_PART: Final = word_set(
    "i i'm am is are be was me us it you we he she they look looking mail email me write reach contact arrive meet",
    "located based live here there works work not or and the a address mich mir me moi estoy vivo sind bin ist",
)
MAIL_WORDS: Final = word_set(
    "email e-mail mail mails address inbox reach write correo direccion electronico adresse mailadresse",
    "emailadresse courriel mel",
)
LETTER: Final = re.compile(r"[^\W\d_]")


class Address(NamedTuple):
    """Something in a message that is meant as an address."""

    start: int
    end: int
    email: str | None
    """As it is stored; None when it can't be one."""


def addresses(message: str, *, asked_for: bool) -> list[Address]:
    """Return what is meant as an address, in order."""
    found: list[Address] = []
    for sign in islice(AT.finditer(message), MOST_SIGNS):
        address = _address(message, sign, asked_for=asked_for)
        if address and (not found or address.start >= found[-1].end):
            found.append(address)
    return found


def _address(message: str, sign: re.Match[str], *, asked_for: bool) -> Address | None:
    """Return the address around a sign, if there is one."""
    window = message[max(0, sign.start() - WINDOW) : sign.start()]
    local = (LOCAL if sign["typed"] else SPOKEN_LOCAL).search(window)
    domain = DOMAIN.match(message, sign.end(), sign.end() + WINDOW)
    before = NO_PART_BEFORE.sub("", local[0], count=1) if local else ""
    behind = NO_PART_BEHIND.sub("", domain[0]).rstrip(".") if domain else ""
    if sign["spoken"] and not _is_meant(message, before, behind, asked_for=asked_for):
        return None
    email = normal_email(f"{_signs(before)}@{_signs(behind)}") if before and behind else None
    if email or _was_meant(before, behind, asked_for=asked_for):
        return Address(sign.start() - len(before), sign.end() + len(behind), email)
    return None


def _is_meant(message: str, before: str, behind: str, *, asked_for: bool) -> bool:
    """Whether words with "at" between them are an address: to people, "at" is a place or a time."""
    words = words_of(before)
    if not words or words[-1].key in NO_LOCAL_PART:
        return False
    host = _signs(behind).lower()
    if not host.rpartition(".")[2].isalpha():
        return False  # "at 8.45pm"
    if host in PROVIDERS or (asked_for and host in PROVIDER_NAMES):
        return True
    return "." in host and (asked_for or _names_mail(message))


def _was_meant(before: str, behind: str, *, asked_for: bool) -> bool:
    """Whether what can't be an address was meant as one: "anna@" is, "3@5" and a handle are not."""
    return bool(LETTER.search(before or behind)) and (asked_for or bool(before))


def _names_mail(message: str) -> bool:
    return any(word.key in MAIL_WORDS for word in words_of(message))


def _signs(spelled: str) -> str:
    for pattern, sign in SPELLINGS:
        spelled = pattern.sub(sign, spelled)
    return spelled
