"""The details that a message gives: name, email address and phone number."""

from collections.abc import Sequence
from dataclasses import dataclass

from workers.domain.leads.addresses import addresses
from workers.domain.leads.asked import Asked
from workers.domain.leads.companies import companies
from workers.domain.leads.emails import looks_meant, visitors_email
from workers.domain.leads.names import name_in
from workers.domain.leads.phones import phone_in
from workers.domain.leads.runs import Typed
from workers.domain.leads.whose import blank


@dataclass(frozen=True, slots=True)
class Details:
    """What was found, and what is left of the message."""

    name: str | None
    is_surname: bool
    email: str | None
    phone: str | None
    bad_name: bool
    bad_email: bool
    bad_phone: bool
    rest: Typed
    """The message with its addresses, its phone number and companies turned into `|`."""

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self.name or self.email or self.phone)

    def has(self, asked: Asked) -> bool:
        """Whether what was asked for is there."""
        return bool({Asked.NAME: self.name, Asked.EMAIL: self.email, Asked.PHONE: self.phone}.get(asked))


def details_in(message: str, asked: Asked | None, regions: Sequence[str]) -> Details:
    """Return the details of a message; `regions` are tried in turn for a phone number without its country."""
    wants_email = asked is Asked.EMAIL
    meant = addresses(message, asked_for=wants_email)
    rest = blank(message, ((address.start, address.end) for address in meant))
    email = visitors_email(rest, meant, asked_for=wants_email)
    phone = phone_in(rest, regions, asked_for=asked is Asked.PHONE)
    named = list(companies(rest))
    typed = Typed(blank(rest, [phone.span, *named]))
    was_meant = any(address.email is None for address in meant) or (wants_email and not meant and looks_meant(message))
    name = name_in(typed, asked=asked, with_details=bool(meant or phone.number))
    return Details(
        name=name.text,
        is_surname=name.is_surname,
        email=email,
        phone=phone.number,
        bad_name=asked is Asked.NAME and bool(named) and not name.text,
        bad_email=was_meant and not email,
        bad_phone=phone.is_bad,
        rest=typed,
    )
