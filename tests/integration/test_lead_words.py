"""Whatever somebody is called, and however they spell their address, is stored so and told apart rightly."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.db.leads import Given
from shared.db.models import LONGEST_EMAIL, LONGEST_NAME, LONGEST_PHONE, lead_values
from shared.db.selfcheck import broken_rules
from shared.vocabulary import Detail
from tests.integration.lead_store import alive, capture, email, forget_everything, name, phone, row, rows, summarise
from tests.stack import Stack

LONGEST = (LONGEST_NAME, LONGEST_EMAIL, LONGEST_PHONE, 1_000_000)
ASTRAL = "\U0001f469\u200d\U0001f680 \U0001d54f \U0010ffff"
RIGHT_TO_LEFT = "\u202e\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627\u202c"
COMBINED = "e\u0301" + "\u0323\u0302" * 40
CONTROLS = "a\x00b\x7f\x85\u2028c"
HALVES = "a\ud83d \ude00b"

any_words = st.one_of(
    st.text(st.characters(), max_size=40),
    st.text(st.characters(categories=["Cs", "Mn", "So", "Lu"]), max_size=20),
    st.tuples(st.sampled_from([ASTRAL, COMBINED, "x", "ß"]), st.integers(1, 400)).map(lambda one: one[0] * one[1]),
)


def stored(text: str, longest: int | None = None) -> str | None:
    """Return what of a text is to be there."""
    return text.encode(errors="replace").decode().strip()[:longest].strip() or None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(called=any_words, address=any_words, number=any_words, message=any_words)
@example(ASTRAL, RIGHT_TO_LEFT, "٣٤٥", COMBINED)
@example(CONTROLS, CONTROLS, CONTROLS, HALVES)
@example("n" * 201, "e" * 321, "1" * 17, "m" * 70_000)
@example("\U0001f680" * 200, "\U0001f680" * 320, "\U0001f680" * 16, "\U0001f680" * 20_000)
@example("", " ", "\u3000", "\n")
async def test_words_come_back_as_they_were_given(
    stack: Stack, called: str, address: str, number: str, message: str
) -> None:
    """Fault 49: emoji, astral, combining, from right to left, with controls, half a surrogate pair, too long."""
    await forget_everything(stack.database)
    given = (name(called), Given(Detail.MESSAGE, message), email(address), phone(number))
    lead = await capture(stack.database, *given, consent_text=message)
    await summarise(stack.database, lead, message, 1)
    shown = await row(stack.database, lead)
    expected = [stored(called, LONGEST_NAME), stored(address), stored(number), stored(message)]
    assert {one.value for one in await rows(stack.database, lead_values)} == {one for one in expected if one}
    expected = [one if one and len(one) <= longest else None for one, longest in zip(expected, LONGEST, strict=True)]
    assert [shown.name, shown.email, shown.phone, shown.consent_text] == expected
    assert stored(shown.intent_summary) == stored(message)
    assert await broken_rules(stack.database) == []


async def test_what_is_too_long_to_be_an_address_is_kept_as_a_message_and_is_nobody_s(stack: Stack) -> None:
    first = await capture(stack.database, name("Anna"), email("a" * 321), session_id="s1")
    assert await capture(stack.database, name("Anna"), email("a" * 321), session_id="s2") != first
    assert [one.kind for one in await rows(stack.database, lead_values)] == [Detail.NAME, Detail.MESSAGE] * 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("jose@example.com", "josé@example.com", False),
        ("jose@example.com", "JOSE@example.com", True),
        ("josé@example.com", "JOSÉ@EXAMPLE.COM", True),
        ("josé@example.com", "jose\u0301@example.com", True),  # the same letters, put together
        ("anna@straße.example", "anna@strasse.example", False),
        ("anna@example.com", "anna@example.com ", True),  # databases pad, and would call these one
        ("anna@example.com", "anna@example.com\u200b", False),
        ("\uff41nna@example.com", "anna@example.com", False),
        ("i@example.com", "\u0131@example.com", False),
        ("o@example.com", "ø@example.com", False),
    ],
)
async def test_addresses_are_one_whatever_their_case_and_never_for_looking_alike(
    stack: Stack, one: str, other: str, *, same: bool
) -> None:
    """Fault 48: a collation that ignores case ignores accents, too."""
    first = await capture(stack.database, email(one))
    assert (await capture(stack.database, email(other)) == first) is same
    assert len(await alive(stack.database)) == (1 if same else 2)
    assert await broken_rules(stack.database) == []
