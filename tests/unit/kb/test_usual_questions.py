"""When, where and how to reach a company is asked in other words than documents have for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.quoting import quoted
from tests.unit.kb.conftest import CountingEmbeddings
from tests.unit.kb.test_honesty import SAMPLE, built_from
from workers.domain.answer_kinds import ABOUT, EMAIL, PHONE, kind_headed, kinds_told
from workers.domain.prompt import Prompt
from workers.domain.usual_questions import as_usual

ASKED: Final = {
    "hours": "When do you close?|when does the bank close|are you open on weekends?|is the shop open today|"
    "what time do you open?|until when are you open?|how late are you open on Fridays?|do you open on holidays|"
    "your timings|university timings?|what are your hours|hours?|store hours on sunday|"
    "your opening times|are you closed on monday?|will you be open on monday|¿a qué hora abren?|"
    "¿Están abiertos el domingo?|¿cuándo cierran?|habt ihr sonntags offen?|haben Sie am Montag geöffnet?|"
    "wann macht ihr zu?|wann öffnen Sie?|wann schließt der Laden?|êtes-vous ouverts le dimanche ?|"
    "le magasin est-il ouvert ?|à quelle heure ouvrez-vous ?",
    "located": "where are you?|where are you located|where is your shop?|what's your address?|address?|"
    "university address|address of university|how to reach university|how do I get to your store?|"
    "do you have a store near me?|do you have any shops?|is there a shop in my area|where's the nearest store|"
    "any shops nearby?|¿dónde están?|¿dónde está la tienda?|¿cómo llego?|wo seid ihr?|wo ist euer Laden?|"
    "wo finde ich euch?|wie komme ich zu euch?|où êtes-vous ?|où se trouve le magasin ?",
    "contact": "how can I reach you|how do I get in touch with you?|¿cómo puedo contactarles?|"
    "wie erreiche ich euch?|comment vous joindre ?",
    PHONE: "phone number|phone|your phone number?|what's your phone number|contact number please|"
    "can you give me a phone number|can I call you?|phone number for rentals|the workshop phone number?|"
    "what's the phone number of the workshop?|¿cuál es su teléfono?|wie ist eure Telefonnummer?|kann ich euch anrufen|"
    "quel est votre numéro de téléphone ?",
    EMAIL: "email|email address|what's your e-mail?|do you have an email address?|how can I email you|"
    "rentals email address?|¿cuál es su correo electrónico?|wie ist eure E-Mail-Adresse?|votre adresse e-mail ?",
    ABOUT: "what do you sell?|what products do you have?|what services do you offer|who are you?|what do you do|"
    "tell me about your company|what is this company about?|about you|¿qué venden?|¿quiénes son?|was verkauft ihr?|"
    "wer seid ihr?|que vendez-vous ?|qui êtes-vous ?",
    "price": "how much is the Heron?|how much are helmets",
}
OTHERS: Final = (
    "are you open-source?|are you open to suggestions|how do I open an account|when is my account closed|"
    "can I change my address?|my address|do you need my email address?|is the case closed|"
    "where is my order?|how do I close my account|do you open a ticket|what is my phone number|"
    "how do I change my phone number?|do you need my phone number?|what do you do with my email address?|"
    "is my email safe|I want a phone|do you sell a phone|"
    "can I write to you a poem of the sea|a phone holder|do you repair phones|how much snow is there|"
    "how many hours does charging take?|your 24 hours notice|"
    "do you have a shop in Boston?|what do you do with my data?|what do you sell on Sundays|who are you hiring|"
    "do you have store credit|what do you have in blue|how do I reach the top|"
    "where is the refund policy|how can i get a refund"
)


def asked_for(question: str, uses: Callable[[str], bool]) -> list[str]:
    usual = as_usual(question, uses)
    return usual.words + usual.aspect


@pytest.mark.parametrize(
    ("question", "word"), [(question, word) for word, asked in ASKED.items() for question in asked.split("|")]
)
def test_a_usual_question_is_known_in_whatever_words(question: str, word: str) -> None:
    assert asked_for(question, {*ASKED}.__contains__)[0] == word


@pytest.mark.parametrize("question", OTHERS.split("|"))
def test_what_only_sounds_like_one_is_left_as_it_is(question: str) -> None:
    assert asked_for(question, lambda _: True) == []


async def test_what_names_a_phone_number_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "faq.csv").write_text(
        "question,answer\n"
        "What do you keep of me?,We keep your phone number and the phone number of who pays.\n"
        "How can I talk to a person?,Ring (555) 123-4567 in the morning.\n"
    )
    release = await built_from(tmp_path / "shop", tmp_path / "kb")
    assert release.search("What's your phone number?", None, 1)[0].question == "How can I talk to a person?"
    assert release.search("Do you keep my phone number?", None, 1)[0].question == "What do you keep of me?"


@pytest.mark.parametrize(
    "text", ["+1 555-0140", "(555) 123-4567", "call 555-123-4567.", "030 901820", "+49 (0)30 90 18", "01.23.45.67.89"]
)
def test_a_phone_number_is_known_when_it_is_told(text: str) -> None:
    assert kinds_told(text) == PHONE


@pytest.mark.parametrize(
    "text",
    ["2026-11-24", "$1,250,000", "order 1234567", "10-20-30 cm", "9:00-17:30", "a@b", "01.02.2026", "09.30-18.00"],
)
def test_other_figures_are_no_phone_numbers(text: str) -> None:
    assert kinds_told(text) == ""


async def test_it_is_found_by_the_words_that_documents_have_for_it(tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "faq.csv").write_text(
        "question,answer\n"
        "How do I close an account?,When you close it you sign a form at the bank.\n"
        "What are your hours?,Nine to five from Monday to Friday.\n"
    )
    release = await built_from(tmp_path / "bank", tmp_path / "kb")
    assert release.in_its_words("When does the bank close?") == "When does the bank close? hours?"
    typed = {release.in_its_words(f"What are your hours{end}") for end in ("?", "", ".", " ?!", "\n")}
    assert typed == {"What are your hours?"}, "whether a question mark was typed changes nothing"
    assert release.search("When do you close?", None, 1)[0].question == "What are your hours?"
    assert release.search("how to close it", None, 1)[0].question == "How do I close an account?"


async def test_a_visitor_of_the_sample_shop_is_told_where_and_when(
    tmp_path: Path, embeddings: CountingEmbeddings
) -> None:
    release = await built_from(SAMPLE, tmp_path / "kb")
    told = {
        "where are you?": "18 Mill Street",
        "wo seid ihr?": "18 Mill Street",
        "when do you close?": "6:30 pm",
        "what's your phone number?": "+1 555-0140",
        "kann ich euch anrufen?": "+1 555-0140",
        "workshop phone number": "+1 555-0142",
        "what's your email address?": "hello@larkfield.example",
        "how much is the Martin": "$1,890",
        "do you have a store near me?": "18 Mill Street",
        "what do you sell?": "We sell seven bikes",
        "who are you?": "Nora Ellison",
    }
    for question, words in told.items():
        vector = (await embeddings.embed([release.in_its_words(question)]))[0]
        found = release.find(question, vector, 5)
        prompt = Prompt(question, found.passages, answerable=found.answerable, worded=found.worded)
        assert words in await quoted(prompt)


@pytest.mark.parametrize(
    ("heading", "is_about_us"),
    [
        ("About us", True),
        ("What we do", True),
        ("About Larkfield Bikes", True),
        ("About The Pine Street Clinic", True),
        ("Über uns", True),
        ("About returns", False),
        ("What we do not repair", False),
        ("Our shops", False),
    ],
)
def test_headings_under_which_a_company_tells_of_itself_are_known(heading: str, is_about_us: bool) -> None:
    assert bool(kind_headed(heading)) is is_about_us


async def test_who_asks_what_a_company_does_is_told_what_it_tells_of_itself(
    tmp_path: Path, embeddings: CountingEmbeddings
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "about.md").write_text("# About us\n\nWe make and mend lamps by hand.\n")
    (tmp_path / "shop" / "faq.csv").write_text(
        "question,answer\nDo you sell vouchers?,We sell vouchers from 20 euros.\n"
        "What does a service cost?,A service costs 90 euros.\n"
    )
    release = await built_from(tmp_path / "shop", tmp_path / "kb")
    for question in ("what do you sell?", "what services do you offer?", "who are you"):
        [vector] = await embeddings.embed([release.in_its_words(question)])
        found = release.find(question, vector, 5)
        assert "lamps" in await quoted(Prompt(question, found.passages, worded=found.worded))


async def test_a_usual_question_is_answered_where_one_of_its_words_is_told(
    tmp_path: Path, embeddings: CountingEmbeddings
) -> None:
    """Nothing is missing where the documents say "shop" and never "directions"."""
    release = await built_from(SAMPLE, tmp_path / "kb")
    for question in ("do you have any shops?", "do you have a store near me?"):
        [vector] = await embeddings.embed([release.in_its_words(question)])
        assert release.find(question, vector, 5).answerable
