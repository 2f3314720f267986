"""Numbers of payment cards in what visitors write: masked before anything of it is stored."""

import re
from collections.abc import Iterator
from itertools import accumulate, groupby
from typing import Final, NamedTuple

MASK: Final = "•"
SHOWN_DIGITS: Final = 4
SHORTEST: Final = 13
LONGEST_E164: Final = 15

_BETWEEN: Final = r"[ \-\u00a0\u2000-\u2015\u202f]{0,3}"  # spaces and dashes of every width
CANDIDATE: Final = re.compile(rf"(?<!\d)\d(?:{_BETWEEN}\d){{{SHORTEST - 1},}}")
LONGEST_TOKEN: Final = 64
TOKEN_START: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}", re.ASCII)
TOKEN_END: Final = re.compile(r"[A-Za-z0-9]{0,63}[A-Za-z]\Z", re.ASCII)
DIGIT_AND_LETTER: Final = re.compile(r"\d[A-Za-z]|[A-Za-z]\d", re.ASCII)
GROUP: Final = re.compile(r"\d+")
ACCOUNT: Final = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}", re.ASCII)

# Visa · Mastercard, Mir and JCB · American Express · Diners Club · Maestro, Discover, UnionPay and RuPay
ISSUERS: Final = (
    (re.compile(r"4"), {13, 16, 19}),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),
    (re.compile(r"220[0-4]|35(?:2[89]|[3-8])"), {16, 17, 18, 19}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"3(?:0[0-5]|095|[689])"), {14, 15, 16, 17, 18, 19}),
    (re.compile(r"50|5[6-9]|6|8[12]"), {13, 14, 15, 16, 17, 18, 19}),
)
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # twice a digit, as the sum of its digits


class Digits(NamedTuple):
    """A run of digits with spaces and dashes among them."""

    places: list[int]
    """Where in the text each digit stands."""
    text: str
    starts: list[int]
    """Which of the digits begin a group, and so may begin a card's number."""
    ends: frozenset[int]


def masked(text: str) -> str:
    """Return the text with all but the last four digits of each card's number masked.

    A card's number has 13 to 19 digits, perhaps in groups, of which the first are an issuer's and the last one checks
    the others. International phone numbers and IBANs may look the same, and stay.
    """
    if not CANDIDATE.search(text):
        return text
    hidden = {place for run in _runs(text) for place in _hidden(run)}
    return "".join(MASK if place in hidden else char for place, char in enumerate(text)) if hidden else text


def _runs(text: str) -> Iterator[Digits]:
    accounts = _accounts(text)
    for found in CANDIDATE.finditer(text):
        if _is_in_an_id(text, *found.span()):
            continue
        groups = [range(*group.span()) for group in GROUP.finditer(text, *found.span())]
        groups = groups[_groups_of_phone(text, groups) :]
        for is_account, together in groupby(groups, lambda group: group.start in accounts):
            if not is_account:
                yield _digits(text, [*together])


def _is_in_an_id(text: str, start: int, end: int) -> bool:
    """Whether the digits go on in letters and those in digits again, as in 01a21a81da56d68ccef6170826308772."""
    before, after = TOKEN_END.search(text, max(0, start - LONGEST_TOKEN), start), TOKEN_START.match(text, end)
    return any(token and DIGIT_AND_LETTER.search(token[0]) for token in (before, after))


def _groups_of_phone(text: str, groups: list[range]) -> int:
    """Return how many of the groups an international phone number takes up, whose plus stands before them."""
    if text[: groups[0].start][-1:] != "+":
        return 0
    lengths = accumulate(map(len, groups))
    return sum(length <= LONGEST_E164 for length in lengths)


def _accounts(text: str) -> set[int]:
    """Return all places of IBANs: two letters, two digits, and a remainder that proves them right."""
    return {place for found in ACCOUNT.finditer(text) for place in range(found.start(), _end_of_account(text, found))}


def _end_of_account(text: str, found: re.Match[str]) -> int:
    for end in range(found.end(), found.start() + SHORTEST, -1):
        if text[end : end + 1].isalnum() or not text[end - 1].isalnum():
            continue
        account = "".join(char for char in text[found.start() : end] if char.isalnum())
        if int("".join(str(int(char, 36)) for char in account[4:] + account[:4])) % 97 == 1:
            return end
    return found.start()


def _digits(text: str, groups: list[range]) -> Digits:
    places = [place for group in groups for place in group]
    ends = [*accumulate(map(len, groups))]
    starts = [0, *ends[:-1]]
    if text[: groups[0].start][-1:] == MASK:  # the rest of a number that was masked before
        starts = starts[1:]
    return Digits(places, "".join(str(int(text[place])) for place in places), starts, frozenset(ends))


def _hidden(run: Digits) -> Iterator[int]:
    """Yield the places of the digits that are to be masked."""
    sums = _sums(run.text)
    for start in run.starts:
        lengths = next((lengths for prefix, lengths in ISSUERS if prefix.match(run.text, start)), ())
        ends = [start + length for length in lengths if start + length in run.ends]
        valid = [end for end in ends if (sums[end % 2][end] - sums[end % 2][start]) % 10 == 0]
        if valid:
            yield from run.places[start : max(valid) - SHOWN_DIGITS]


def _sums(digits: str) -> tuple[list[int], list[int]]:
    """Return sums up to each place, to check any part by Luhn's formula at once: for parts with an even end, and odd.

    Counted from a part's end, every second digit is doubled.
    """
    numbers = [int(digit) for digit in digits]
    even = (number if place % 2 else _DOUBLED[number] for place, number in enumerate(numbers))
    odd = (_DOUBLED[number] if place % 2 else number for place, number in enumerate(numbers))
    return [0, *accumulate(even)], [0, *accumulate(odd)]
