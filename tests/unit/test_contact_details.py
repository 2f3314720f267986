"""Addresses and phone numbers in the one form in which they are stored and compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contact_details import email_identity, normal_email, normal_phone
from shared.errors import SettingsInvalid
from shared.settings import load_settings


def test_an_address_is_stored_with_its_domain_in_lower_case() -> None:
    assert normal_email("  Anna.Smith@EXAMPLE.com ") == "Anna.Smith@example.com"
    assert normal_email("anna@xn--strae-oqa.de") == "anna@straße.de"


@pytest.mark.parametrize("text", ["", "anna", "anna@", "@x.com", "anna@localhost", "a b@x.com", "anna@x..com"])
def test_what_can_not_be_an_address_is_none(text: str) -> None:
    assert normal_email(text) is None


def test_case_does_not_make_another_person_but_accents_do() -> None:
    assert email_identity("Anna@x.com") == email_identity("ANNA@X.com")
    assert email_identity("josé@x.com") != email_identity("jose@x.com")
    assert email_identity("a@straße.de") != email_identity("a@strasse.de")


@pytest.mark.parametrize(
    ("text", "region", "phone"),
    [
        ("030 1234567", "DE", "+49301234567"),
        ("+49 30 1234567", "US", "+49301234567"),
        ("0049 (30) 1234567", "US", "+49301234567"),
        ("(212) 555-0123 ext. 12", "US", "+12125550123"),
        ("030 1234567", "US", None),
        ("12345", "US", None),
        ("", "US", None),
        ("anna", "US", None),
        ("9" * 400, "US", None),
    ],
)
def test_a_phone_number_is_stored_in_e164(text: str, region: str, phone: str | None) -> None:
    assert normal_phone(text, region) == phone


@given(st.text())
def test_anything_can_be_typed(text: str) -> None:
    address, number = normal_email(text), normal_phone(text, "US")
    assert address is None or normal_email(address) == address
    assert number is None or normal_phone(number, "US") == number


def test_the_default_region_is_a_country() -> None:
    assert load_settings(default_region="de").default_region == "DE"
    with pytest.raises(SettingsInvalid, match="DEFAULT_REGION"):
        load_settings(default_region="XX")
