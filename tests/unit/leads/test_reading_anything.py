"""Whatever a visitor types is read, quickly, and nothing is made up."""

import time
import unicodedata
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.domain.leads.reading import Asked, read

PIECES: Final = (
    "my name is |I'm |Anna|Anna Smith|smith|O'Brien|van der |Mr. |J. | here|first name |under |table |it's |no |yes |"
    "not |but |sorry |anna@x.com|anna|@| at | dot |gmail|.com|+49 30 1234567|212 555 0123|4111 1111 1111 1111|1|00|+|"
    "12:30|€|我叫|王小明|اسمي |أحمد |меня зовут |名前は|です|İ|ß|ﬃ|"
    "\u0301|\u200f|\u02bc|\U0001f44d|\u2019s|'|\"|.|,|;|?|!|\n|"
    "\t| |  |(|)|[at]|-|_|\x00|\x7f"
)
PARTS: Final = PIECES.split("|")
MESSAGES: Final = st.one_of(st.text(), st.lists(st.sampled_from(PARTS), max_size=20).map("".join))
ASKED: Final = st.sampled_from((None, *Asked))

LONG: Final = (
    "a",
    " ",
    "@",
    "a@",
    "a at ",
    "anna dot ",
    "1",
    "1 ",
    "+49 30 ",
    "(",
    "my name is Anna Smith ",
    "Anna Smith ",
    "not ",
    "under the name ",
    "\n",
    "a'",
    "我叫",
    "ア ",
    "?",
    "|",
    "van der ",
    "12:30 ",
    "$1,000 ",
    "GB12 3456 ",
    "J. ",
)


def plain(text: str) -> str:
    return " ".join(text.split())


def figures(text: str) -> str:
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdecimal())


@given(message=MESSAGES, asked=ASKED, locale=st.sampled_from((None, "de-AT", "fr", "", "-")))
def test_nothing_is_named_that_was_not_typed(message: str, asked: Asked | None, locale: str | None) -> None:
    found = read(message, asked, prompt=message, locale=locale)
    assert all(word in plain(message) for word in (found.name or "").split())
    assert len(found.name or "") <= 200


@given(message=MESSAGES, asked=ASKED)
def test_no_digit_of_a_phone_number_is_made_up(message: str, asked: Asked | None) -> None:
    phone = read(message, asked, region="DE").phone
    assert phone is None or figures(phone).removeprefix("49") in figures(message)


@given(message=st.lists(st.sampled_from([piece for piece in PARTS if piece.isascii()]), max_size=20).map("".join))
def test_no_letter_of_an_address_is_made_up(message: str) -> None:
    email = read(message).email
    letters = [one for one in (email or "").lower() if one.isalnum()]
    rest = iter(message.lower())
    assert all(letter in rest for letter in letters)


@pytest.mark.parametrize("piece", LONG)
def test_ten_thousand_characters_are_read_at_once(piece: str) -> None:
    message = (piece * 10_000)[:10_000]
    begin = time.process_time()
    for asked in (None, *Asked):
        read(message, asked)
    assert time.process_time() - begin < 2
