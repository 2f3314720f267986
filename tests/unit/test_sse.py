"""Holds the tests' reading of events to the wire format and to the contract's rule of concatenation."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sse import SseEvent, SseParser, check_told, said

WIRE = (
    b': ping\n\nid: 1001-1\nevent: reset\ndata: {"seq": 1}\n\n'
    b'id: 1001-2\r\nevent: delta\r\ndata: {"text": "Gr\xc3\xbc\xc3\x9fe"}\r\n\r\nid: 1001-3\nevent: delta\nda'
)  # fmt: skip


def event(number: str, name: str, **data: object) -> SseEvent:
    return SseEvent(number, name, data)


def done(number: str, answer: str) -> SseEvent:
    return event(number, "done", turn_id="t", answer=answer, sha256=hashlib.sha256(answer.encode()).hexdigest())


@given(cuts=st.lists(st.integers(0, len(WIRE))))
def test_events_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    parser, events, start = SseParser(), list[SseEvent](), 0
    for end in sorted([*cuts, len(WIRE)]):
        events += parser.feed(WIRE[start:end])
        start = end
    assert events == [event("1001-1", "reset", seq=1), event("1001-2", "delta", text="Grüße")]
    assert parser.comments == 1


def test_what_was_said_begins_anew_with_a_reset() -> None:
    first = [event("1001-1", "reset"), event("1001-2", "delta", text="Hal")]
    again = [event("1002-1", "reset"), event("1002-2", "delta", text="Hel"), event("1002-3", "delta", text="lo")]
    assert said([*first, *again]) == "Hello"
    assert check_told([*first, *again, done("1002-4", "Hello")]) == {1: "Hello"}


def test_an_answer_that_was_not_said_so_is_noticed() -> None:
    with pytest.raises(AssertionError, match="is not the answer"):
        check_told([event("1001-1", "reset"), event("1001-2", "delta", text="Hel"), done("1001-3", "Hello")])


def test_an_event_told_twice_is_noticed() -> None:
    with pytest.raises(AssertionError, match="came after 1001-1"):
        check_told([event("1001-1", "reset"), event("1001-1", "reset")])


def test_an_event_after_the_end_of_its_turn_is_noticed() -> None:
    with pytest.raises(AssertionError, match="after the end of turn 1"):
        check_told([event("1001-1", "reset"), done("1001-2", ""), event("1002-1", "reset")])


def test_a_snapshot_stands_for_what_was_missed() -> None:
    gap = [event("1001-1", "reset"), event("1001-2", "delta", text="Hel"), event("1001-9", "snapshot", turns=[])]
    assert check_told([*gap, done("1001-10", "Hello")]) == {1: "Hello"}


def test_an_open_answer_is_told_anew_after_a_snapshot() -> None:
    before = [event("1001-1", "reset"), event("1001-2", "delta", text="Hel"), event("1000-0", "snapshot", turns=[])]
    anew = [event("1001-1", "reset"), event("1001-2", "delta", text="Hello"), done("1001-3", "Hello")]
    assert check_told([*before, *anew]) == {1: "Hello"}
    with pytest.raises(AssertionError, match="came after 1001-1"):
        check_told([*before, anew[0], anew[0]])
