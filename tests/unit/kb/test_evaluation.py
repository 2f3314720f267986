"""What is measured of a release's answers, and when they are good enough."""

from dataclasses import replace

import pytest

from workers.cli.evaluation_page import page
from workers.kb.checking import judge
from workers.kb.evaluation import Outcome, by_kind, totals, worst
from workers.kb.golden import Row


def outcome(line: int, *, expected: bool = True, place: int | None = 1, abstained: bool = False) -> Outcome:
    row = Row(f"question {line}?", ["right.md"] if expected else [], kind="some", line=line)
    return Outcome(row, place if expected else None, ("other.md",), abstained, float(line))


ALL_WELL = [outcome(line) for line in range(1, 21)]


def test_the_measures_are_shares_of_what_they_speak_of() -> None:
    measured = totals(
        [
            outcome(1),
            outcome(2, place=2),
            outcome(3, place=4, abstained=True),
            outcome(4, place=None),
            outcome(5, expected=False, abstained=True),
            outcome(6, expected=False),
        ]
    )
    assert measured.questions == 6
    assert (measured.hit_at_1, measured.hit_at_3, measured.mrr) == (0.25, 0.5, 0.4375)
    assert (measured.abstain_precision, measured.abstain_recall, measured.ms_p50) == (0.5, 0.5, 3.5)


def test_what_was_not_asked_for_has_no_measure() -> None:
    measured = totals([outcome(1)])
    assert (measured.abstain_precision, measured.abstain_recall) == (None, None)
    assert totals([outcome(1, expected=False)]).hit_at_1 is None


def test_the_worst_come_first() -> None:
    found = worst([outcome(1), outcome(2, place=5), outcome(3, expected=False), outcome(4, place=None)], 3)
    assert [one.row.line for one in found] == [4, 2, 3]


def test_a_release_that_finds_its_documents_passes() -> None:
    assert judge(ALL_WELL).passed


def test_a_release_that_misses_too_many_documents_does_not_pass() -> None:
    verdict = judge([*ALL_WELL[:10], *(outcome(line, place=None) for line in range(11, 21))])
    assert not verdict.passed
    assert "line 11: question 11?" in verdict.failings[0]
    assert "and" not in verdict.failings[0].splitlines()[-1]


def test_a_release_that_refuses_what_its_documents_answer_does_not_pass() -> None:
    verdict = judge([*ALL_WELL[:14], *(outcome(line, abstained=True) for line in range(15, 21))])
    assert [failing.partition(" ")[0] for failing in verdict.failings] == ["6"]


@pytest.mark.parametrize(("broken", "mended", "passes"), [(2, 0, True), (3, 0, False), (4, 2, True), (4, 1, False)])
def test_a_release_that_is_clearly_worse_than_the_current_one_does_not_pass(
    broken: int, mended: int, passes: bool
) -> None:
    before = [outcome(line, place=None) if line > 20 - mended else outcome(line) for line in range(1, 21)]
    after = [outcome(line, place=None) if line <= broken else outcome(line) for line in range(1, 21)]
    verdict = judge(after, before)
    assert verdict.passed is passes
    if not passes:
        assert "line 1: question 1?" in verdict.failings[0]


def test_the_page_needs_nothing_from_elsewhere_and_escapes_what_it_shows() -> None:
    strange = replace(outcome(1), row=Row("<script>alert(1)</script>", ["a&b.md"], kind="<b>", line=1))
    text = page("20260101-000000000-abcdefabcdef", [strange, outcome(2, expected=False)])
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "a&amp;b.md" in text
    assert "http" not in text.replace('http-equiv="Content-Security-Policy"', "")


def test_kinds_are_measured_apart() -> None:
    assert {kind: measured.questions for kind, measured in by_kind(ALL_WELL).items()} == {"some": 20}
