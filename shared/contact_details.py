"""Addresses and phone numbers in the one form that both processes store and compare."""

import re
import unicodedata
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

DIALLED_ABROAD: Final = re.compile(r"^[\s(]*00(?=[\s().\-/]*[1-9])")


def normal_email(text: str) -> str | None:
    """Return an address as it is stored; None when mail can't be sent to it.

    Whether its server exists is not asked: that would take the network.
    """
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def email_identity(email: str) -> str:
    """Return what two addresses of one person have in common: everything but their case, and how accents are spelled.

    Not `casefold`, which would make one of straße.de and strasse.de, two domains with two owners.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", email).lower())


def normal_phone(text: str, region: str) -> str | None:
    """Return a phone number in E.164, `+49301234567`, without its extension; None when nobody can be called there.

    `region` is the two-letter code of the country that a number without its own is in. 00 means + everywhere, also
    where people dial 011.
    """
    return _valid(text, region) or (_valid(DIALLED_ABROAD.sub("+", text), region) if "00" in text else None)


def _valid(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
