"""What holds of a lead follows from what was given of it, and hearing the same again changes nothing."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from shared.db.lead_details import Capture, Given, Value, heard, held, is_left, keys_of, news
from shared.vocabulary import Detail, LeadSource, LeadStatus

SESSIONS = ["s1", "s2", None]
SAID = [Given(kind, value) for kind in Detail if kind is not Detail.CONSENT for value in ("a", "A", "b")]

captures = st.builds(
    Capture,
    st.sampled_from(SESSIONS),
    st.lists(st.sampled_from(SAID), max_size=4),
    st.just(LeadStatus.PARTIAL),
    st.sampled_from([None, "May we?", "And now?"]),
    st.sets(st.sampled_from([Detail.NAME, Detail.EMAIL]), max_size=2),
)


def after(told: Sequence[Capture]) -> list[Value]:
    values: list[Value] = []
    for capture in told:
        values = heard(values, capture)
    return values


def says(session_id: str | None, *given: Given, corrected: Sequence[Detail] = ()) -> Capture:
    return Capture(session_id, given, LeadStatus.PARTIAL, corrected=corrected)


@given(st.lists(captures, max_size=5), captures)
def test_hearing_the_same_again_changes_nothing(before: list[Capture], capture: Capture) -> None:
    once = heard(after(before), capture)
    assert heard(once, capture) == once
    assert news(once, heard(once, capture)) == {}


@given(st.lists(captures, max_size=5), captures)
def test_what_was_said_last_holds_and_of_each_kind_one(before: list[Capture], capture: Capture) -> None:
    values = heard(after(before), capture)
    holding = held(values)
    for one in {said.kind: said for said in capture.given}.values():
        assert holding[one.kind].given.value == one.value
    assert [value for value in values if not value.superseded] == sorted(holding.values(), key=values.index)


@given(st.lists(captures, max_size=5))
def test_the_first_consent_holds(told: list[Capture]) -> None:
    texts = [capture.consent_text for capture in told if capture.consent_text]
    holding = held(after(told)).get(Detail.CONSENT)
    assert (holding.given.value if holding else None) == (texts[0] if texts else None)


@given(st.lists(captures, max_size=5))
def test_nothing_that_was_given_is_lost(told: list[Capture]) -> None:
    said = {(capture.session_id, one.kind, one.value) for capture in told for one in capture.given}
    kept = {(value.session_id, value.given.kind, value.given.value) for value in after(told)}
    assert said <= kept


def test_a_wrong_address_is_no_key_until_it_is_given_again() -> None:
    wrong, right = Given(Detail.EMAIL, "a@x.com"), Given(Detail.EMAIL, "b@x.com")
    corrected = after([says("s1", wrong), says("s1", right, corrected=[Detail.EMAIL])])
    assert keys_of(corrected) == keys_of(after([says("s1", right)]))
    again = heard(corrected, says("s1", wrong))
    assert keys_of(again) == keys_of(after([says("s1", wrong, right)]))


def test_of_what_operators_put_right_no_lead_is_left_and_of_what_they_began_one_is() -> None:
    theirs = Given(Detail.NAME, "Dr A", source=LeadSource.OPERATOR)
    put_right = after([says("s1", Given(Detail.NAME, "A")), says(None, theirs)])
    begun = after([says(None, theirs), says("s1", Given(Detail.NAME, "A"))])
    assert not is_left(put_right, [value for value in put_right if value.session_id is None])
    assert is_left(begun, [value for value in begun if value.session_id is None])
