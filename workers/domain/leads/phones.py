"""Which of the numbers in a message is the visitor's phone number."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from shared.contact_details import normal_phone
from workers.domain.leads.numbers import Number, numbers
from workers.domain.leads.whose import Surroundings, blank, choose, is_visitors, surroundings

FEWEST_DIGITS: Final = 7
FEWEST_MEANT: Final = 5
MOST_DIGITS: Final = 17  # 15, and 00 before them
LONGEST_LISTED: Final = 2
GROUP: Final = re.compile(r"\S+")
LETTER: Final = re.compile(r"[^\W\d_]")


class Phone(NamedTuple):
    """What a message holds of a phone number."""

    number: str | None = None
    """In E.164."""
    span: tuple[int, int] = (0, 0)
    is_bad: bool = False
    """Whether something was meant as a phone number that can't be one."""


def phone_in(message: str, regions: Sequence[str], *, asked_for: bool) -> Phone:
    """Return the visitor's phone number; `regions` are tried in turn where it does not bring its country."""
    found = numbers(message)
    blanked = blank(message, ((number.start, number.end) for number in found))
    claims: list[tuple[Surroundings, Phone]] = []
    for number in found:
        around = surroundings(blanked, number.start, number.end)
        if number.named is not False and is_visitors(around, asked_for=asked_for):
            is_meant = asked_for or bool(number.named)
            phone = _phone(message, number, regions, is_meant=is_meant)
            is_bad = is_meant and (number.digits >= FEWEST_MEANT or bool(number.named) or not LETTER.search(message))
            claims.append((around, phone or Phone(is_bad=is_bad)))
    good = [claim for claim in claims if claim[1].number]
    only_digits = asked_for and not LETTER.search(message) and any(map(str.isdigit, message))
    return choose(good, asked_for=asked_for) or Phone(is_bad=only_digits or any(phone.is_bad for _, phone in claims))


def _phone(message: str, number: Number, regions: Sequence[str], *, is_meant: bool) -> Phone | None:
    for start, end in _readings(number, is_meant=is_meant):
        for region in regions:
            if normal := normal_phone(message[start:end], region):
                return Phone(normal, (start, end))
    return None


def _readings(found: Number, *, is_meant: bool) -> Iterator[tuple[int, int]]:
    """Yield the parts of a run of digits that could be the number: all of it, or, where a number is meant, its start.

    "212 555 0123 10" is a number and something more.
    """
    if not FEWEST_DIGITS <= found.digits <= MOST_DIGITS or (_is_list(found) and not is_meant):
        return
    yield found.start, found.end
    if is_meant or found.is_international:
        for group in reversed(list(GROUP.finditer(found.text))[1:]):
            yield found.start, found.start + len(found.text[: group.start()].rstrip())


def _is_list(found: Number) -> bool:
    """Whether small numbers stand in a row, such as sizes: 38 39 40 41 42."""
    parts = re.findall(r"\d+", found.text)
    return not found.text.startswith(("0", "+", "(")) and max(map(len, parts)) <= LONGEST_LISTED
