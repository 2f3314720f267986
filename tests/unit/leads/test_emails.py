"""Which address in a message is the visitor's, and what it should have been."""

import pytest

from workers.domain.leads.email_typos import distance, suggestion
from workers.domain.leads.reading import Asked, read

THEIRS = (
    ("My email is anna@x.com.", "anna@x.com"),
    ("<anna@x.com>", "anna@x.com"),
    ("'anna@x.com'", "anna@x.com"),
    ("mailto:anna@x.com", "anna@x.com"),
    ("o'brien+desk@x.co.uk", "o'brien+desk@x.co.uk"),
    ("Anna@X.COM", "Anna@x.com"),
    ("jösé@straße.de", "jösé@straße.de"),
    ("anna@x.com.Thanks for that", "anna@x.com"),
    ("我的邮箱是anna@x.com谢谢", "anna@x.com"),
    ("anna (at) gmail dot com", "anna@gmail.com"),
    ("anna[at]x[dot]com", "anna@x.com"),
    ("anna dot smith at gmail dot com", "anna.smith@gmail.com"),
    ("anna @ gmail.com", "anna@gmail.com"),
    ("anna@gmail. com", "anna@gmail.com"),
    ("mi correo es ana arroba gmail punto com", "ana@gmail.com"),
    ("meine Adresse ist anna punkt smith at web punkt de", "anna.smith@web.de"),
    ("mon adresse: jean underscore luc arobase orange point fr", "jean_luc@orange.fr"),
    ("My colleague Bob has bob@x.com but write to me at anna@x.com", "anna@x.com"),
    ("my wife's email is w@x.com and mine is anna@x.com", "anna@x.com"),
    ("not bob@x.com but anna@x.com", "anna@x.com"),
    ("bob@x.com, sorry, anna@x.com", "anna@x.com"),
    ("my old address was bob@x.com, the new one is anna@x.com", "anna@x.com"),
    ("can you send it to anna@x.com?", "anna@x.com"),
    ("can you reach me at anna@x.com?", "anna@x.com"),
    ("anna@x.com, is that ok?", "anna@x.com"),
    ("anna@x.com or anna@y.com", "anna@x.com"),
)
NOT_THEIRS = (
    "do you answer at info@larkfield.com?",
    "is support@larkfield.com the right address?",
    "should I write to info@larkfield.com?",
    "Could you tell me if info@larkfield.com is right?",
    "I wrote to info@larkfield.com yesterday",
    "my colleague is bob@x.com",
    "Bob's email is bob@x.com",
    "look at amazon.com",
    "I'm at gmail.com",
    "meet me at noon",
    "my booking at 8.45pm",
    "2 bikes @ 300",
    "follow us @larkfield",
)
NO_ADDRESSES = ("anna@", "anna@gmail", "anna@@x.com", "anna@x..com", "my email is anna@")
NO_ADDRESSES_WHEN_ASKED = ("anna at gmail", "anna.gmail.com", "annagmail.com", "@gmail.com", "anna@gmail,com")

TYPOS = """
    gmial.com gmail.com
    gamil.com gmail.com
    gmai.com gmail.com
    gmaill.com gmail.com
    gmail.con gmail.com
    gmail.co gmail.com
    gmial.con gmail.com
    googlmail.com googlemail.com
    hotmial.com hotmail.com
    hotmali.com hotmail.com
    hotmil.fr hotmail.fr
    yaho.com yahoo.com
    yahoo.cm yahoo.com
    outlok.com outlook.com
    iclod.com icloud.com
    oranje.fr orange.fr
    larkfield.con larkfield.com
"""
FINE = """
    gmail.com gail.com mail.com email.com ymail.com gmx.de web.de hotmail.fr hotmail.ca yahoo.ca orange.fr live.com
    protonmail.ch fmail.com oracle.com larkfield.com larkfield.co straße.de
"""


@pytest.mark.parametrize(("message", "email"), THEIRS)
def test_the_visitors_own_address_is_taken(message: str, email: str) -> None:
    assert read(message).email == email


@pytest.mark.parametrize("message", NOT_THEIRS)
def test_other_peoples_addresses_and_the_companys_are_left_alone(message: str) -> None:
    found = read(message)
    assert (found.email, found.bad_email) == (None, False)


def test_whatever_address_is_given_when_asked_for_one_is_taken() -> None:
    assert read("my colleague is bob@x.com", Asked.EMAIL).email == "bob@x.com"
    assert read("anna at larkfield dot com", Asked.EMAIL).email == "anna@larkfield.com"
    assert read("do you answer at info@larkfield.com?", Asked.EMAIL).email is None


@pytest.mark.parametrize("message", NO_ADDRESSES)
def test_what_can_not_be_an_address_is_noticed(message: str) -> None:
    found = read(message)
    assert (found.email, found.bad_email) == (None, True)


@pytest.mark.parametrize("message", NO_ADDRESSES_WHEN_ASKED)
def test_more_is_meant_as_an_address_when_one_was_asked_for(message: str) -> None:
    assert read(message, Asked.EMAIL).bad_email
    assert not read("what do you mean?", Asked.EMAIL).bad_email


@pytest.mark.parametrize("line", TYPOS.strip().splitlines())
def test_a_likely_typo_gets_one_suggestion(line: str) -> None:
    typed, meant = line.split()
    found = read(f"anna@{typed}")
    assert (found.email, found.suggestion) == (f"anna@{typed}", f"anna@{meant}")


@pytest.mark.parametrize("domain", FINE.split())
def test_a_domain_that_is_somebodys_is_not_corrected(domain: str) -> None:
    assert suggestion(f"anna@{domain}") is None


def test_swapped_letters_are_one_mistake() -> None:
    assert [distance(*pair) for pair in (("gmial", "gmail"), ("", "abc"), ("hotmali", "hotmail"), ("abc", "abc"))] == [
        1,
        3,
        1,
        0,
    ]
