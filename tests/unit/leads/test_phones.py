"""Which number in a message is the visitor's phone number."""

import pytest

from workers.domain.leads.reading import Asked, read

THEIRS = (
    ("call me on 030 1234567", "DE", "+49301234567"),
    ("+49 30 1234567 beside 1+1", "US", "+49301234567"),
    ("+49 (0)30 1234567", "US", "+49301234567"),
    ("0049 30 1234567", "US", "+49301234567"),
    ("+49 30 1234567 ext 5", "US", "+49301234567"),
    ("tel:+49301234567", "US", "+49301234567"),
    ("06.12.34.56.78", "FR", "+33612345678"),
    ("(212) 555-0123", "US", "+12125550123"),
    ("212.555.0123", "US", "+12125550123"),
    ("2125550123x12", "US", "+12125550123"),
    ("$50, 212 555 0123", "US", "+12125550123"),
    ("from 10:30-12:00 call 030 1234567", "DE", "+49301234567"),
    ("my order is late, 030 1234567", "DE", "+49301234567"),
    ("customer number 0301234567, phone 030 7654321", "DE", "+49307654321"),
    ("my wife's number is 030 7654321 and mine is 030 1234567", "DE", "+49301234567"),
    ("030 7654321, sorry, 030 1234567", "DE", "+49301234567"),
    ("no, not that one, 030 1234567", "DE", "+49301234567"),
    ("it isn't complete, here: 030 1234567", "DE", "+49301234567"),
    ("that's not right, it is 030 1234567", "DE", "+49301234567"),
    ("nicht die Nummer, sondern 030 1234567", "DE", "+49301234567"),
    ("pas celui-là, 06 12 34 56 78", "FR", "+33612345678"),
    ("我的电话13812345678谢谢", "CN", "+8613812345678"),
    ("\u0660\u0663\u0660 \u0661\u0662\u0663\u0664\u0665\u0666\u0667", "DE", "+49301234567"),
)
NO_PHONES = (
    ("order 4930-1122-334", "DE"),
    ("invoice no. 0151 23456789", "DE"),
    ("ticket #4155550132", "US"),
    ("order 4155550132", "US"),
    ("AB4155550132CD", "US"),
    ("I was born 12.05.1990", "DE"),
    ("at 2018-05-16 10:30", "US"),
    ("it costs 1.200.300 €", "DE"),
    ("10115 Berlin", "DE"),
    ("DE89 3704 0044 0532 0130 00", "DE"),
    ("192.168.100.200", "US"),
    ("sizes 38 39 40 41 42", "US"),
    ("2019-2023", "DE"),
    ("1+1", "US"),
    ("is 030 1234567 your number?", "DE"),
    ("I called 030 1234567 yesterday", "DE"),
    ("not 030 1234567", "DE"),
)
CARDS = ("4111 1111 1111 1111", "4111111111111111", "5500-0000-0000-0004", "3782 822463 10005")


@pytest.mark.parametrize(("message", "region", "phone"), THEIRS)
def test_the_visitors_own_number_is_taken(message: str, region: str, phone: str) -> None:
    assert read(message, region=region).phone == phone


@pytest.mark.parametrize(("message", "region"), NO_PHONES)
def test_other_numbers_are_no_phone_numbers(message: str, region: str) -> None:
    found = read(message, region=region)
    assert (found.phone, found.bad_phone) == (None, False)


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("asked", [None, Asked.PHONE])
def test_the_number_of_a_card_is_never_a_phone_number(card: str, asked: Asked | None) -> None:
    assert {
        read(f"{words}{card}", asked, region=region).phone for words in ("", "call ") for region in ("US", "DE")
    } == {None}


def test_a_number_without_its_country_may_be_from_the_visitors() -> None:
    assert read("030 1234567", Asked.PHONE, region="US", locale="de-DE").phone == "+49301234567"
    assert read("030 1234567", Asked.PHONE, region="US").bad_phone


@pytest.mark.parametrize(
    "reply", ["12345", "999", "my number is 12345", "+49 1", "+1+1", "4111 1111 1111 1111", "my number is 123"]
)
def test_what_can_not_be_a_number_is_noticed(reply: str) -> None:
    found = read(reply, Asked.PHONE)
    assert (found.phone, found.bad_phone) == (None, True)


@pytest.mark.parametrize("reply", ["call me at 5pm", "two of us", "I'll tell you later", "+49 30 1234567"])
def test_what_is_not_meant_as_a_number_is_no_bad_one(reply: str) -> None:
    assert not read(reply, Asked.PHONE).bad_phone


def test_a_number_may_be_followed_by_something_else() -> None:
    assert read("415 555 0132 10", Asked.PHONE).phone == "+14155550132"
