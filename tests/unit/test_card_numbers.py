"""No number of a payment card survives in what visitors write, and nothing else is touched."""

import string
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card_numbers import MASK, masked

DIGITS: Final = st.sampled_from(string.digits)
ISSUERS: Final = [
    ("4", 13), ("4", 16), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15),
    ("6011", 16), ("644", 16), ("65", 19), ("300", 14), ("36", 14), ("3528", 16), ("3589", 19), ("62", 17),
    ("50", 13), ("67", 18), ("2200", 16),
]  # fmt: skip
"""Beginnings and lengths of numbers that issuers give out."""
GAPS: Final = st.sampled_from(["", " ", "-", "  ", " - ", "\u00a0", "\u2013"])
AROUND: Final = st.text(st.characters(exclude_categories=("Nd", "Cs"), exclude_characters="+" + MASK), max_size=20)


def check_digit(digits: str) -> str:
    """Return what makes the digits a valid number, counted as Luhn describes it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 if place % 2 else 2)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    """Return the digits of some card."""
    start, length = draw(st.sampled_from(ISSUERS))
    digits = start + draw(st.text(DIGITS, min_size=length - len(start) - 1, max_size=length - len(start) - 1))
    return digits + check_digit(digits)


@st.composite
def spelled(draw: st.DrawFn, digits: str) -> str:
    """Return the digits in groups, as people write them."""
    size, gap = draw(st.integers(3, 6)), draw(GAPS)
    return gap.join(digits[at : at + size] for at in range(0, len(digits), size))


def only_digits(text: str) -> str:
    return "".join(char for char in text if char in string.digits)


@given(st.data(), card_numbers(), AROUND, AROUND)
def test_of_a_card_s_number_only_the_last_four_digits_are_kept(
    data: st.DataObject, number: str, before: str, after: str
) -> None:
    text = before + data.draw(spelled(number)) + after
    result = masked(text)
    assert only_digits(result) == number[-4:]
    assert result.count(MASK) == len(number) - 4
    assert [a for a, b in zip(text, result, strict=True) if a != b] == [*number[:-4]]


@given(st.lists(card_numbers() | st.text(DIGITS, min_size=1, max_size=6), min_size=1, max_size=4))
def test_numbers_one_after_the_other_are_all_masked(numbers: list[str]) -> None:
    result = masked(" ".join(numbers))
    assert not [number for number in numbers if len(number) > 12 and number in result]


@given(st.text(max_size=200) | st.lists(card_numbers() | st.text(max_size=9), max_size=5).map(" ".join))
def test_masking_again_changes_nothing_and_the_length_stays(text: str) -> None:
    once = masked(text)
    assert len(once) == len(text)
    assert masked(once) == once


@given(st.text(st.characters(exclude_categories=["Nd"]), max_size=100), st.text(DIGITS, max_size=12))
def test_what_has_fewer_than_thirteen_digits_is_left_alone(words: str, digits: str) -> None:
    text = digits[:6] + words + digits[6:]
    assert masked(text) == text


@given(st.data(), st.text(DIGITS, min_size=6, max_size=14), st.sampled_from(string.digits[1:]))
def test_an_international_phone_number_is_left_alone(data: st.DataObject, rest: str, first: str) -> None:
    text = f"Call +{data.draw(spelled(first + rest))}, please"
    assert masked(text) == text


@given(card_numbers(), st.sampled_from(["DE", "GB", "fr", "NL"]))
def test_an_iban_is_left_alone_also_when_its_digits_could_be_a_card_s(number: str, country: str) -> None:
    numeric = "".join(str(int(char, 36)) for char in number + country + "00")
    iban = f"{country}{98 - int(numeric) % 97:02d}{number}"
    grouped = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    for text in (iban, f"My account: {grouped}.", f"{grouped} thanks"):
        assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("It is 4111 1111 1111 1111, 12/27, 123", "It is •••• •••• •••• 1111, 12/27, 123"),
        ("4111111111111111 12/27", "••••••••••••1111 12/27"),
        ("12 4111-1111-1111-1111 123", "12 ••••-••••-••••-1111 123"),
        ("Visa4111111111111111", "Visa••••••••••••1111"),
        ("+4111111111111111", "+••••••••••••1111"),
        ("Order 4111111111111112", "Order 4111111111111112"),
        ("Parcel 1234567890123452", "Parcel 1234567890123452"),
        ("14111111111111111", "14111111111111111"),
    ],
)
def test_how_people_write_them(text: str, result: str) -> None:
    assert masked(text) == result


def test_digits_of_other_scripts_are_digits() -> None:
    wide = str.maketrans(string.digits, "".join(chr(0xFF10 + n) for n in range(10)))
    assert masked("3782 822463 10005".translate(wide)) == "•••• •••••• •" + "0005".translate(wide)


def test_an_id_with_digits_in_it_stays() -> None:
    for text in ("01a21a81da56d68ccef6170826308772", "6170826308772ccef68", "order a1b4111111111111111"):
        assert masked(text) == text
    assert masked("visa4111111111111111") == "visa" + MASK * 12 + "1111"
