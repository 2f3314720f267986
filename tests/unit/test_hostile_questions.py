"""The longest message that is taken, made of what the desk's expressions look for, holds up nobody."""

import time

import pytest

from workers.domain.evidence import asks_for_now, lacks_figure, thing_asked
from workers.domain.followup import search_query
from workers.domain.prompt import PastTurn
from workers.domain.questions import questions_in
from workers.domain.usual_questions import as_usual
from workers.domain.wishes import topic_of

LONGEST = 16_000
SECONDS = 2.0  # the slowest of these takes a twentieth of it; what is tried in every way there is does not end
BEFORE = [PastTurn("how do refunds work?", "Refunds take five days. [1]")]


@pytest.mark.parametrize(
    "repeated",
    [
        "the a", "please", "can someone please", "can i have to get", "call me back", "do you have you", "is there any",
        "about about", "what do you", "tell me more about", "shop near", "the bike when", "is it when it", "and do you",
        "how much is", "do you have a", "your phone number", "me pueden llamar", "kann mich bitte", "near me",
        "are you still open", "who are you", "what products", "! ?", "'s", "a.b@", "+1 ",
    ],
)  # fmt: skip
def test_a_message_of_one_thing_over_and_over_is_read_at_once(repeated: str) -> None:
    message = (f"{repeated} " * LONGEST)[:LONGEST]
    began = time.perf_counter()
    search_query(BEFORE, message)
    topic_of(message)
    as_usual(message, lambda _: True)
    questions_in(message)
    thing_asked(message)
    lacks_figure(message, [message])
    asks_for_now(message)
    assert time.perf_counter() - began < SECONDS
