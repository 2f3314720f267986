"""What is searched for when a question leans on the one before, and when it does not."""

import pytest

from workers.domain.followup import search_query
from workers.domain.prompt import PastTurn
from workers.domain.texts import QUOTING

HOURS = PastTurn(
    "what are your opening hours?",
    "From our documents:\n\n- Day: Monday; Hours: 8:00 am to 6:00 pm [1]\n\n"
    "Would you like someone at Larkfield Bikes to get in touch with you about this?",
)


@pytest.mark.parametrize(
    "question",
    [
        "parking?",
        "is there parking?",
        "is parking free?",
        "bupa?",
        "gift vouchers?",
        "jaw pain?",
        "complaints?",
        "are you registered?",
        "student discount?",
        "pilates classes?",
        "wifi?",
        "¿hay aparcamiento?",
        "Gutscheine?",
        "le parking ?",
        "is the bike put together already when it comes?",
        "what happens to my deposit if it rains?",
    ],
)
def test_a_short_question_that_names_a_thing_of_its_own_stands_alone(question: str) -> None:
    assert search_query([HOURS], question) == question


@pytest.mark.parametrize(
    "question",
    [
        "how much?",
        "how long?",
        "how far?",
        "why?",
        "where?",
        "which day?",
        "price?",
        "free?",
        "anything else?",
        "what else?",
        "for beginners?",
        "on Sundays?",
        "and on Sundays?",
        "and the price?",
        "what about children?",
        "is that refundable?",
        "is this free?",
        "what does it cost?",
        "where can I buy them?",
        "what if it breaks?",
        "does the warranty cover it?",
        "¿cuánto?",
        "¿por qué?",
        "¿es gratis?",
        "¿para niños?",
        "wie lange?",
        "warum?",
        "Was kostet das?",
        "ist das kostenlos?",
        "am Sonntag?",
        "combien ?",
        "c'est gratuit ?",
        "pour les enfants ?",
    ],
)
def test_half_a_question_is_completed_by_the_one_before(question: str) -> None:
    asked = search_query([PastTurn("do you teach pilates?", "Yes. [1]")], question)
    assert asked.startswith(f"{question} teach pilates")


@pytest.mark.parametrize("question", ["does she work on Fridays?", "which days is he in?", "can I ask for her?"])
def test_a_pronoun_points_back_at_a_person(question: str) -> None:
    assert search_query([PastTurn("tell me about Priya", "She is a physiotherapist.")], question) == f"{question} priya"


@pytest.mark.parametrize("question", ["how much?", "how long is it?", "and for rentals?", "on Sundays?"])
def test_what_is_asked_of_the_same_thing_borrows_nothing_from_the_answer(question: str) -> None:
    before = PastTurn("do you lend tents?", "We visit people at home within eight miles.")
    assert search_query([before], question) == f"{question} lend tents"


@pytest.mark.parametrize("question", ["why?", "is that also true for rentals?", "is the visit insured?"])
def test_what_is_asked_about_the_answer_borrows_its_words(question: str) -> None:
    before = PastTurn("do you lend tents?", "The visit takes an hour at home.")
    assert {"lend", "tents", "hour", "home"} <= set(search_query([before], question).split())


@pytest.mark.parametrize(
    ("asked", "told", "question", "query"),
    [
        ("how do refunds work?", "Return it within 30 days.", "how long does it take?", "refunds work"),
        ("what is the Ox?", "The Ox carries two children.", "how much does it weigh?", "ox"),
        ("who runs your support?", "Zendesk is listed.", "who else is on that list?", "runs support zendesk listed"),
        ("can I send it back?", "The pickup costs $20.", "is the pickup insured?", "send back"),
    ],
)
def test_it_is_what_was_asked_about_and_a_named_thing_what_was_told(
    asked: str, told: str, question: str, query: str
) -> None:
    assert search_query([PastTurn(asked, told)], question) == f"{question} {query}"


@pytest.mark.parametrize("question", ["where are you?", "when do you close?", "wo seid ihr?", "phone number"])
def test_what_every_company_is_asked_is_no_half_of_another_question(question: str) -> None:
    assert search_query([PastTurn("how do refunds work?", "Return it within 30 days.")], question) == question


@pytest.mark.parametrize("question", ["how much does the Heron cost?", "is the badger available?"])
def test_a_name_that_the_answer_has_among_others_stands_for_itself(question: str) -> None:
    told = "The Mill Street shop shows the Wren, Heron and Badger. The list of them hangs at the door."
    past = [PastTurn("where are you?", told)]
    assert search_query(past, question) == question
    assert search_query(past, "can I see the list?") != "can I see the list?"
    assert (
        search_query([PastTurn("Wo ist es?", "Am Tor hängt die Liste.")], "Wer hat die Liste?") != "Wer hat die Liste?"
    )


@pytest.mark.parametrize("language", [*QUOTING])
def test_the_desks_own_words_around_its_quotes_are_never_borrowed(language: str) -> None:
    wording = QUOTING[language]
    quoted = f"{wording.found}\n\n{wording.opening_quote}Tents.{wording.closing_quote} [1]\n\nMay we call you?"
    assert search_query([PastTurn("do you lend boats?", quoted)], "why?") == "why? lend boats tents"
    assert search_query([PastTurn("do you lend boats?", wording.unknown)], "why?") == "why? lend boats"
