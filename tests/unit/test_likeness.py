"""Which questions are alike, and when a later release answers one."""

from typing import Final

import numpy as np
import pytest

from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.domain.answered_since import answered_since
from workers.domain.likeness import grouped

ALIKE: Final = (
    ("Do you offer gift cards?", "gift card available?", "Where do I get gift cards?"),
    ("Is there a student discount?", "any discounts for students", "student price?"),
    ("Do you have a shop in Berlin?", "Where is your Berlin store?", "Is there a branch in Berlin?"),
    ("Can I bring my dog to the shop?", "may I come in with my dog"),
    ("Do you ship to Norway?", "Can you deliver to Norway?"),
    ("Do you ship to Japan?", "delivery to japan?"),
    ("Bieten Sie Geschenkgutscheine an?", "Gibt es Gutscheine?", "Kann ich einen Gutschein kaufen?"),
)
QUESTIONS: Final = [question for its in ALIKE for question in its]


async def groups_of(known: list[str], new: list[str]) -> tuple[dict[str, str], list[list[str]]]:
    vectors = await BundledEmbeddings().embed([*known, *new])
    found = grouped(vectors[: len(known)], vectors[len(known) :])
    joined = {new[position]: known[its] for position, its in found.joined.items()}
    return joined, [[new[position] for position in founders] for founders in found.founded]


async def test_no_group_has_two_matters_and_most_questions_find_theirs() -> None:
    matter = {question: its[0] for its in ALIKE for question in its}
    for order in (QUESTIONS, QUESTIONS[::-1], sorted(QUESTIONS)):
        _, founded = await groups_of([], order)
        assert all(len({matter[question] for question in group}) == 1 for group in founded), founded
        assert len(ALIKE) <= len(founded) <= len(ALIKE) + 4


async def test_a_new_question_joins_the_nearest_known_one() -> None:
    known = [its[0] for its in ALIKE]
    joined, founded = await groups_of(known, ["Where do I get gift cards?", "Can you deliver to Norway?", "Qwrtz?"])
    assert joined == {
        "Where do I get gift cards?": "Do you offer gift cards?",
        "Can you deliver to Norway?": "Do you ship to Norway?",
    }
    assert founded == [["Qwrtz?"]]


def test_a_text_without_a_known_sign_is_like_none() -> None:
    found = grouped(np.zeros((1, 4), np.float32), np.zeros((2, 4), np.float32))
    assert found.joined == {}
    assert found.founded == [[0], [1]]


@pytest.mark.parametrize(
    ("before", "now", "answered"),
    [
        (0.1, 0.4, True),
        (0.1, 0.3, False),
        (0.4, 0.44, False),
        (0.4, 0.46, True),
        (None, 0.38, False),
        (None, 0.4, True),
    ],
)
def test_a_release_answers_what_it_is_much_nearer_to_than_the_one_before(
    before: float | None, now: float, answered: bool
) -> None:
    assert answered_since(before, now, answerable=True) is answered
    assert not answered_since(before, now, answerable=False)
