"""Words that the documents do not use are read as words of theirs that say the same."""

import pytest

from workers.domain.equivalents import in_known_words

ENGLISH = {"account", "minimum", "age", "refund", "phone", "my", "how", "a", "to", "the", "is", "cancel", "data"}
GERMAN = {"konto", "erstattung", "mein"}


@pytest.mark.parametrize(
    ("question", "documents", "searched"),
    [
        ("Wie alt muss man mindestens für ein Konto sein?", ENGLISH, "age minimum account"),
        ("¿cómo cancelar la cuenta?", ENGLISH, "cancel account"),
        ("reimbursement to my handset", ENGLISH, "refund to my phone"),
        ("I am 6 foot tall", ENGLISH | {"height", "i", "am"}, "i am 6 foot height"),
        ("How to refund my account", GERMAN, "erstattung konto"),
    ],
)
def test_an_unknown_word_is_read_as_a_known_one(question: str, documents: set[str], searched: str) -> None:
    assert in_known_words(question, documents.__contains__) == searched


@pytest.mark.parametrize("question", ["How is my Account?", "¡Zebras!", "", "Wie geht es?", "4711"])
def test_a_question_without_such_words_is_left_as_it_is(question: str) -> None:
    assert in_known_words(question, ENGLISH.__contains__) == question


def test_of_several_words_that_say_the_same_the_one_that_the_documents_use_most_is_read() -> None:
    used = {"guarantee": 1, "warranty": 7}
    assert in_known_words("¿Cuánto dura la garantía?", lambda word: used.get(word, 0)) == "dura warranty"
    assert in_known_words("garantía", lambda word: word in used) == "guarantee"
