"""Answers quoted from the documents when no model is configured."""

import pytest

from shared.vocabulary import FinishReason
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.adapters.offline_chat import OfflineChat, answer_from
from workers.domain.passage import Part, Passage
from workers.domain.prompt import PastTurn, Prompt
from workers.domain.statements import Kind, split_sentences, statements
from workers.domain.texts import QUOTING
from workers.ports import Finish

REFUNDS = Passage(
    "r",
    "You can return a bike within 30 days. We pay the refund within 5 working days after that.\n\n"
    "Workshop work is not refunded.",
    "Refunds",
    "How refunds work",
    "policies/refunds.md",
    None,
    0.7,
)
HOURS = Passage(
    "h",
    "Both shops have parking.\n\nOpening hours:\n\n- Mill Street: Monday to Friday, 9 a.m. to 6:30 p.m.\n"
    "- Riverside: Tuesday to\n  Sunday, 10 am to 4 pm",
    "Shops",
    "Opening hours",
    "docs/shops.md",
    None,
    0.6,
)
PRICES = Passage(
    "p",
    "| Bike | Day | Week |\n|---|---:|---|\n| Ox | $75 | $320 |\n| Badger | $80 | $350 |",
    "Rentals",
    "Rental prices",
    "docs/rentals.md",
    None,
    0.6,
)


async def pieces(prompt: Prompt) -> list[str | Finish]:
    return [piece async for piece in OfflineChat(BundledEmbeddings()).stream(prompt)]


async def answer(prompt: Prompt) -> str:
    return "".join(piece for piece in await pieces(prompt) if isinstance(piece, str))


async def test_an_answer_quotes_the_sentences_that_fit_and_names_their_passage() -> None:
    said = await answer(Prompt("When do I get my refund?", [HOURS, REFUNDS]))
    assert said.startswith("From our documents:")
    assert "We pay the refund within 5 working days after that.\u201d [2]" in said


async def test_a_price_of_the_thing_itself_is_quoted_before_prices_of_what_is_done_with_it() -> None:
    renting = Passage("a", "Renting an Otter costs $35 a day.", "Rentals", "Prices", "rentals.md", None, 0.5)
    bikes = Passage("b", "We sell bikes. The Otter is a bike that costs $2,790.", "Bikes", "Models", "b.md", None, 0.46)
    said = await answer(Prompt("how much does the otter cost", [renting, bikes]))
    assert 0 < said.index("$2,790") < said.index("$35")


async def test_an_answer_ends_with_a_finish() -> None:
    last = (await pieces(Prompt("When do I get my refund?", [REFUNDS])))[-1]
    assert last == Finish(FinishReason.STOP, "offline")


async def test_an_answer_comes_in_pieces() -> None:
    assert len(await pieces(Prompt("How do refunds work?", [REFUNDS]))) > 3


async def test_a_list_is_quoted_with_what_introduces_it() -> None:
    said = await answer(Prompt("What are your opening hours?", [HOURS]))
    assert "Opening hours:\n\n- Mill Street: Monday to Friday, 9 a.m. to 6:30 p.m. [1]" in said
    assert "- Riverside: Tuesday to Sunday, 10 am to 4 pm [1]" in said


async def test_a_table_row_is_quoted_whole_with_its_columns_names() -> None:
    said = await answer(Prompt("What does the Badger cost for a week?", [PRICES]))
    assert "- Bike: Badger; Day: $80; Week: $350 [1]" in said


async def test_a_follow_up_is_answered_with_what_it_leans_on() -> None:
    history = [PastTurn("What does it cost to rent the Ox for a day?", "$75")]
    said = await answer(Prompt("and for a week?", [PRICES], history))
    assert "Bike: Ox; Day: $75; Week: $320" in said


@pytest.mark.parametrize("passages", [[], [REFUNDS]])
async def test_what_the_documents_do_not_tell_is_admitted(passages: list[Passage]) -> None:
    said = await answer(Prompt("How do refunds work?", passages, answerable=False))
    assert said == QUOTING["en"].unknown
    assert "contact details" in said
    assert "[1]" not in said


@pytest.mark.parametrize(("locale", "words"), [("es-MX", "documentos"), ("de", "Unterlagen"), ("fr_CA", "documents :")])
async def test_the_words_around_the_quotes_are_in_the_visitors_language(locale: str, words: str) -> None:
    assert words in await answer(Prompt("refund?", [REFUNDS], locale=locale))
    assert await answer(Prompt("refund?", [], locale=locale)) == QUOTING[locale[:2]].unknown


async def test_a_language_we_have_no_words_in_gets_english() -> None:
    assert (await answer(Prompt("refund?", [REFUNDS], locale="tlh"))).startswith("From our documents:")


async def test_what_two_passages_say_alike_is_told_once() -> None:
    twin = Passage("t", "We pay the refund within 5 working days.", "FAQ", "Refund?", "faqs/refunds.md", None, 0.6)
    said = await answer(Prompt("When is the refund paid?", [twin, REFUNDS]))
    assert said.count("within 5 working days") == 1


async def test_what_is_near_in_meaning_is_quoted_before_what_shares_a_word() -> None:
    arriving = Passage(
        "c",
        "Within 15 miles our driver brings it ready to ride. Elsewhere it arrives 95% assembled.",
        "Delivery",
        "Will my bike need assembly?",
        "faqs/delivery.md",
        None,
        0.4,
    )
    used = Passage(
        "d", "Used bikes come with a warranty of 12 months.", "Used bikes", "Warranty", "docs/used.md", None, 0.38
    )
    asked = Prompt("is the bike put together already when it comes?", [used, arriving])
    assert "95% assembled.\u201d [2]" in await answer(asked)
    assert "95% assembled" not in "".join(answer_from(asked))


async def test_a_passage_without_a_word_of_the_question_is_still_quoted() -> None:
    assert "return a bike" in await answer(Prompt("¿Puedo devolverla?", [REFUNDS]))


async def test_a_passage_of_marks_alone_is_no_answer() -> None:
    empty = Passage("e", "---\n\n# Nothing\n\n", "Empty", "", "docs/empty.md", None, 0.9)
    assert await answer(Prompt("Anything?", [empty])) == QUOTING["en"].unknown


async def test_a_bracketed_number_in_a_document_is_not_taken_for_a_citation() -> None:
    noted = Passage("n", "Batteries last long [7] and charge fast.", "Battery", "", "docs/battery.md", None, 0.9)
    said = await answer(Prompt("How long do batteries last?", [noted]))
    assert "[7]" not in said
    assert "[1]" in said


@pytest.mark.parametrize(
    "whole",
    [
        "Mr. Smith of Larkfield Inc. repairs bikes.",
        "It costs $1,250.50 or 1.250,50 € in total.",
        "We open at 9 a.m. Monday to Friday.",
        "Visit www.larkfield.example/docs.html or https://larkfield.example for more.",
        "Some bikes, e.g. Herons, i.e. city bikes, are sold out.",
        "See No. 5 in the list.",
        "Write to J. K. Rowan at the shop.",
        "Wir öffnen am 3. Mai um 10 Uhr, z. B. für Reparaturen.",
        "Llame a la Sra. Gómez.",
        "Version 2.0 is out",
        "It takes ca. 20 minutes.",
    ],
)
def test_a_sentence_is_not_torn_apart(whole: str) -> None:
    assert split_sentences(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("We open at 9 a.m. The shop is small.", ["We open at 9 a.m.", "The shop is small."]),
        ("It costs $5.50. We ship it.", ["It costs $5.50.", "We ship it."]),
        ("Is it free? Yes! It is.", ["Is it free?", "Yes!", "It is."]),
        ("He said \u201cno.\u201d Then he left.", ["He said \u201cno.\u201d", "Then he left."]),
        ("¿Es gratis? ¡Claro! Sí.", ["¿Es gratis?", "¡Claro!", "Sí."]),
        ("The answer is no. You pay.", ["The answer is no.", "You pay."]),
        ("See https://a.example/b. Then call.", ["See https://a.example/b.", "Then call."]),
        ("It opened in 2014. 10 people work here.", ["It opened in 2014.", "10 people work here."]),
        ("退款需要五天。请联系我们。", ["退款需要五天。", "请联系我们。"]),
    ],
)
def test_sentences_end_where_they_end(text: str, parts: list[str]) -> None:
    assert split_sentences(text) == parts


def test_headings_pictures_and_rules_state_nothing() -> None:
    text = "# Title\n\n![a cat](cat.png)\nSoft\nwraps join.\n\n---\n\n> Quoted words.\n1. One\n2. Two"
    stated = statements(text)
    assert [statement.text for statement in stated] == ["a cat Soft wraps join.", "Quoted words.", "One", "Two"]
    assert [statement.kind for statement in stated[-2:]] == [Kind.ITEM, Kind.ITEM]


HOW_LONG = Part("how long is a day?", "how long is a day?", {}, answerable=False)


@pytest.mark.parametrize("locale", ["en", "es", "de", "fr", "tlh"])
async def test_of_two_questions_the_one_without_an_answer_is_named_in_the_visitors_language(locale: str) -> None:
    parts = [HOW_LONG, Part("refund?", "refund?", {1: REFUNDS}, answerable=True)]
    said = await answer(Prompt("how long is a day? refund?", [REFUNDS], locale=locale, parts=parts))
    wording = QUOTING.get(locale, QUOTING["en"])
    named = f"{wording.opening_quote}how long is a day?{wording.closing_quote}"
    assert said.startswith(wording.found)
    assert said.endswith(f"\n\n{wording.unknown_part.format(question=named)}")


async def test_what_two_questions_find_is_told_once() -> None:
    part = Part("refund?", "refund?", {1: REFUNDS}, answerable=True)
    said = await answer(Prompt("refund? refund?", [REFUNDS], parts=[part, part]))
    assert said == await answer(Prompt("refund?", [REFUNDS]))


async def test_a_passage_keeps_its_number_whichever_question_it_answers() -> None:
    parts = [
        Part("opening hours?", "opening hours?", {1: HOURS}, answerable=True),
        Part("refund?", "refund?", {2: REFUNDS, 1: HOURS}, answerable=True),
    ]
    said = await answer(Prompt("opening hours? refund?", [HOURS, REFUNDS], parts=parts))
    assert said.index("6:30 p.m. [1]") < said.index("within 5 working days after that.\u201d [2]")


async def test_a_question_without_an_answer_is_named_in_short_and_cites_nothing() -> None:
    asked = Part(f"{{is}} [1] <b>this</b> {'so ' * 99}long?", "", {}, answerable=False)
    said = await answer(
        Prompt("?", [REFUNDS], parts=[asked, Part("refund?", "refund?", {1: REFUNDS}, answerable=True)])
    )
    named = said.rpartition("\n\n")[2]
    assert "\u201c{is} (1) this so so" in named
    assert "so\u2026\u201d" in named
    assert len(named) < 160
