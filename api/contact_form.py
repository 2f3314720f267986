"""Contact details as they are typed, in a form or by an operator: put in order, or refused with a reason."""

from collections.abc import Iterator

from api.schemas import LeadCreate
from shared.card_numbers import masked
from shared.contact_details import normal_email, normal_phone
from shared.db.leads import Given
from shared.errors import ConsentRequired, ContactMissing, EmailInvalid, MessageTooLong, PhoneInvalid
from shared.settings import Settings
from shared.vocabulary import Detail, LeadSource


def given_in(form: LeadCreate, settings: Settings) -> list[Given]:
    """Return what a visitor gave.

    Raises ContactMissing, EmailInvalid, PhoneInvalid, MessageTooLong and ConsentRequired.
    """
    if form.message and len(form.message) > settings.message_max_characters:
        raise MessageTooLong
    if not form.email and not form.phone:
        raise ContactMissing
    details = {"name": form.name, "email": form.email, "phone": form.phone, "message": form.message}
    given = [*in_order(details, LeadSource.FORM, settings.default_region)]
    if not form.consent:
        raise ConsentRequired
    return given


def in_order(details: dict[str, str | None], source: LeadSource, region: str) -> Iterator[Given]:
    """Yield the details that there are, as they are stored. Raises EmailInvalid and PhoneInvalid."""
    for name, text in details.items():
        if text:
            kind = Detail(name)
            yield Given(kind, _normal(kind, text, region), source=source)


def _normal(kind: Detail, text: str, region: str) -> str:
    match kind:
        case Detail.NAME:
            return " ".join(text.split())
        case Detail.EMAIL:
            return email_of(text)
        case Detail.PHONE:
            return phone_of(text, region)
        case _:
            return text.strip()


def email_of(text: str) -> str:
    """Return an address as it is stored. Raises EmailInvalid."""
    email = normal_email(text)
    if email is None or masked(text) != text:
        raise EmailInvalid
    return email


def phone_of(text: str, region: str) -> str:
    """Return a number as it is stored. Raises PhoneInvalid."""
    phone = normal_phone(text, region)
    if phone is None or masked(text) != text:
        raise PhoneInvalid
    return phone
