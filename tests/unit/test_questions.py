"""What is a question of its own in a message, and what belongs to another."""

import time

import pytest

from workers.domain.questions import MOST, questions_in


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("What are your hours and do you have parking?", ["What are your hours", "do you have parking?"]),
        ("what are your hours and do you have parking", ["what are your hours", "do you have parking"]),
        ("How do refunds work? And how long is the warranty?", ["How do refunds work?", "how long is the warranty?"]),
        ("Do you fix tires, and how much is a service?", ["Do you fix tires", "how much is a service?"]),
        ("Is parking free and are dogs allowed?", ["Is parking free", "are dogs allowed?"]),
        ("and how much is it, and do you deliver?", ["and how much is it", "do you deliver?"]),
        ("Hours? Parking?", ["Hours?", "Parking?"]),
        ("what are your hours\ndo you have parking", ["what are your hours", "do you have parking"]),
        ("Is there parking? Can I return a bike? Thanks!", ["Is there parking?", "Can I return a bike? Thanks!"]),
        ("¿Cuál es su horario y tienen aparcamiento?", ["¿Cuál es su horario", "tienen aparcamiento?"]),
        ("¿Hay taller? ¿Y cuánto dura la garantía?", ["¿Hay taller?", "cuánto dura la garantía?"]),
        ("Was kostet ein Ox und haben Sie Parkplätze?", ["Was kostet ein Ox", "haben Sie Parkplätze?"]),
        ("Wie lange ist die Garantie und wo kann ich parken?", ["Wie lange ist die Garantie", "wo kann ich parken?"]),
        ("Quels sont vos horaires et avez-vous un parking ?", ["Quels sont vos horaires", "avez-vous un parking ?"]),
        ("Combien coûte un vélo ? Et où est l'atelier ?", ["Combien coûte un vélo ?", "où est l'atelier ?"]),
    ],
)
def test_each_question_is_found(message: str, questions: list[str]) -> None:
    assert questions_in(message) == questions


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        (
            "I bought a bike last week. Can I return it? And how long is the warranty?",
            ["I bought a bike last week. Can I return it?", "how long is the warranty?"],
        ),
        (
            "How do refunds work? I also have a Heron. How heavy is the Heron?",
            ["How do refunds work?", "I also have a Heron. How heavy is the Heron?"],
        ),
        ("Is there parking? What's a Heron? I am tall.", ["Is there parking?", "What's a Heron? I am tall."]),
    ],
)
def test_what_is_stated_stays_with_its_question(message: str, questions: list[str]) -> None:
    assert questions_in(message) == questions


@pytest.mark.parametrize(
    "message",
    [
        "",
        "parking",
        "how do refunds work?",
        "I bought a bike last week. Can I return it?",
        "When I bought the bike it was dirty\nCan I return it?",
        "See https://shop.example/?id=7. Can I return that bike?",
        "who founded the company and when",
        "Which bikes are light and can carry two children?",
        "Do you sell bikes that are light and are allowed on trains?",
        "Can I return a bike that I bought online and have ridden for 30 miles?",
        "My bike is broken and can I get a refund?",
        "Do you repair bikes and sell parts?",
        "What are the opening hours? And on Sundays?",
        "How much is the Ox? And the Badger?",
        "Do you deliver on Saturdays? Is there a fee?",
        "My bike was stolen. Is theft insured? What do I have to do now?",
    ],
)
def test_one_question_stays_as_it_is(message: str) -> None:
    assert questions_in(message) == [message]


@pytest.mark.parametrize(
    "message",
    [
        "Hi, how are you? Do you have parking?",
        "Can you help me? Do you have parking?",
        "Are you a bot? Do you have parking?",
        "¿Me pueden ayudar? ¿Tienen aparcamiento?",
        "Können Sie mir kurz helfen? Haben Sie Parkplätze?",
        "Pouvez-vous m'aider ? Avez-vous un parking ?",
    ],
)
def test_what_asks_nothing_of_the_documents_is_no_question_of_its_own(message: str) -> None:
    assert questions_in(message) == [message]


def test_what_is_asked_beyond_three_questions_stays_with_the_last() -> None:
    asked = questions_in("Is there parking? Do you rent tents? Do you fix tires? Do you sell locks?")
    assert len(asked) == MOST
    assert asked[-1] == "Do you fix tires? Do you sell locks?"


@pytest.mark.parametrize("piece", ["!", "? ", "a? ", "and ", "do you and ", "hi ", " ", ",", "\u00bf", "do and a-"])
def test_the_longest_message_takes_no_time(piece: str) -> None:
    began = time.process_time()
    questions_in(piece * (4000 // len(piece)))
    assert time.process_time() - began < 0.5
