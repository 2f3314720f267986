"""Who wishes to be called about something is told of that, and nothing is borrowed from the wish."""

import pytest

from workers.domain.followup import search_query
from workers.domain.prompt import PastTurn
from workers.domain.wishes import topic_of


@pytest.mark.parametrize(
    "wish",
    [
        "can someone call me", "could you please call me back", "I'd like to talk to someone", "please contact me",
        "I want someone to call me", "call me", "I would like a callback", "can I speak with a person",
        "Hi, can somebody get in touch with me", "¿pueden llamarme", "kann mich jemand anrufen",
        "pouvez-vous me rappeler",
    ],
)  # fmt: skip
def test_a_wish_to_be_reached_is_known_with_and_without_what_it_is_about(wish: str) -> None:
    assert topic_of(wish) == topic_of(f"{wish}?") == ""
    assert topic_of(f"{wish} about the Ox?") == "the Ox?"


@pytest.mark.parametrize(
    "question",
    [
        "how do I contact you about a refund?", "can I call you?", "can I email you about an order?", "email?", "phone",
        "can I get my money back", "do you text me when it is ready?", "what about calls?", "refund?", "", "?",
        "can I write a review about the Ox?", "will you call me before you deliver?", "I want a phone",
        "who can I speak to about rentals?", "call the police",
    ],
)  # fmt: skip
def test_other_questions_are_left_whole(question: str) -> None:
    assert topic_of(question) == question


def test_a_follow_up_borrows_from_what_a_wish_is_about() -> None:
    wish = PastTurn("can someone call me about the Ox?", "Happy to arrange that.")
    assert search_query([], wish.question) == "the Ox?"
    assert search_query([wish], "how heavy is it?") == "how heavy is it? ox"
    assert search_query([PastTurn("can someone call me?", "")], "how heavy is it?") == "how heavy is it?"
    assert search_query([], "can someone call me?") == "can someone call me?"
