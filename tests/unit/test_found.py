"""What was found for several questions, and whether an answer meets them all."""

import pytest

from workers.domain.passage import Found, Part, Passage

PARKING, WARRANTY, BOTH = (Passage(name, "Text.", name, "", f"{name}.md", None, 0.6) for name in ("p", "w", "b"))
FOUND = Found(
    [PARKING, WARRANTY, BOTH],
    answerable=True,
    parts=[
        Part("parking?", "parking?", {1: PARKING, 3: BOTH}, answerable=True),
        Part("warranty?", "warranty?", {2: WARRANTY.scored(0.2), 3: BOTH}, answerable=False),
    ],
)


@pytest.mark.parametrize(("cited", "left_out"), [({1}, True), ({1, 3}, True), (set(), True), ({1, 2}, False)])
def test_a_question_is_met_by_a_passage_that_is_its_own(cited: set[int], *, left_out: bool) -> None:
    assert FOUND.leaves_out(cited) is left_out


def test_of_several_questions_the_one_that_is_met_worst_counts() -> None:
    assert FOUND.wanting
    assert FOUND.score == 0.2


def test_a_single_question_leaves_nothing_out() -> None:
    single = Found([PARKING], answerable=True)
    assert (single.leaves_out(set()), single.wanting, single.score) == (False, False, 0.6)
    assert (Found([], answerable=False).leaves_out(set()), Found([], answerable=False).score) == (False, 0.0)
