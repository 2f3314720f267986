"""What a message does beside giving details: asking, wanting a person, taking back, keeping to itself."""

from typing import Final

import pytest

from workers.domain.leads.reading import Asked, Decision, Reading, read

WITHHOLDING: Final = (
    "I'd rather not say|skip|no phone|email only please|just use my email|I don't have a phone|no comment|none|"
    "I prefer not to give it|prefer to stay anonymous|I don't want to share my number|No, just email|"
    "prefiero no decirlo|sin teléfono|solo por correo|no tengo teléfono|lieber nicht|keine Angabe|nur per E-Mail|"
    "ich habe kein Telefon|möchte ich nicht sagen|je préfère ne pas le dire|pas de téléphone|juste par mail|"
    "je n'ai pas de téléphone|passer"
)
PLAIN_NO = ("no", "no thanks", "nein", "non merci", "no gracias")
ENDING: Final = (
    "stop|forget it|never mind|I changed my mind|not interested|leave me alone|olvídalo|vergessen Sie es|laissez tomber"
)
WANTING_CONTACT: Final = (
    "I'd like to talk to a human|can someone call me?|I want a quote|how much is it?|call me back|can I get a demo|"
    "speak to sales|what does it cost|I need a price|please contact me|get in touch with me|connect me to an agent|"
    "real person please|quiero hablar con una persona|¿cuánto cuesta?|me pueden llamar|rufen Sie mich an|"
    "ich möchte mit einem Menschen sprechen|was kostet das?|Kostenvoranschlag bitte|je voudrais un devis|rappelez-moi|"
    "parler à un conseiller|combien ça coûte ?|Kann mich jemand anrufen?|Könnte sich jemand bei mir melden?|"
    "¿me puede llamar alguien mañana?|puede llamarme alguien?|llámame luego"
)
CORRECTING: Final = (
    "sorry, it's anna@x.com|no, I meant anna@x.com|not bob@x.com but anna@x.com|actually my name is Anna|"
    "my email is wrong, it's b@x.com|perdón, es ana@x.com|Entschuldigung, es ist anna@x.de|pardon, c'est anne@x.fr|"
    "nicht anna@x.de sondern bob@x.de|my name is Anna, not Hanna"
)
ASKING: Final[tuple[tuple[str, Asked | None, bool], ...]] = (
    ("what are your opening hours?", None, True),
    ("I'm Anna, do you ship to Spain?", None, True),
    ("my chain is broken", None, True),
    ("I need a bike for Saturday, I'm Anna", None, True),
    ("refund policy", None, True),
    ("wann habt ihr auf", None, True),
    ("can someone call me?", None, False),
    ("Kann mich jemand anrufen?", None, False),
    ("call me back", Asked.NAME, False),
    ("can someone call me about my refund?", None, True),
    ("can someone call me? what are your hours?", None, True),
    ("how much is it?", None, True),
    ("¿cuánto cuesta?", None, True),
    ("was kostet das?", None, True),
    ("combien ça coûte ?", None, True),
    ("hello", None, False),
    ("thanks", None, False),
    ("yes", None, False),
    ("", None, False),
    ("??", None, False),
    ("I'm Anna Smith", None, False),
    ("Anna Smith, anna@x.com, +49 30 1234567", None, False),
    ("vegetarian options", Asked.NAME, True),
    ("why?", Asked.NAME, True),
    ("it's Anna, do you ship?", Asked.NAME, True),
    ("Anna Smith please", Asked.NAME, False),
    ("I'd rather not say", Asked.NAME, False),
    ("what for?", Asked.EMAIL, True),
    ("anna at gmail", Asked.EMAIL, False),
    ("anna@x.com. do you ship to Spain?", Asked.EMAIL, True),
    ("Yes, what are your hours?", Asked.OFFER, True),
    ("no thanks. How much is it?", Asked.OFFER, True),
    ("no, my bike is blue", Asked.OFFER, False),
    ("my bike is blue", Asked.OFFER, True),
)


@pytest.mark.parametrize("reply", WITHHOLDING.split("|"))
def test_a_visitor_may_keep_a_detail_to_themselves_and_go_on(reply: str) -> None:
    found = read(reply, Asked.PHONE)
    assert (found.withholds, found.decision) == (True, None)


@pytest.mark.parametrize("reply", PLAIN_NO)
@pytest.mark.parametrize("asked", [Asked.NAME, Asked.EMAIL, Asked.PHONE])
def test_a_plain_no_is_both_a_refusal_and_a_detail_withheld(reply: str, asked: Asked) -> None:
    found = read(reply, asked)
    assert (found.withholds, found.decision, found.name) == (True, Decision.DECLINE, None)


@pytest.mark.parametrize("reply", ENDING.split("|"))
@pytest.mark.parametrize("asked", [Asked.NAME, Asked.EMAIL, Asked.PHONE])
def test_a_visitor_may_end_it(reply: str, asked: Asked) -> None:
    found = read(reply, asked)
    assert (found.withholds, found.decision, found.name) == (False, Decision.DECLINE, None)


def test_a_visitor_may_give_another_detail_than_the_one_asked_for() -> None:
    found = read("no email, call me on (212) 555-0123", Asked.EMAIL)
    assert (found.phone, found.withholds, found.decision) == ("+12125550123", True, None)


@pytest.mark.parametrize("message", WANTING_CONTACT.split("|"))
def test_who_asks_for_a_person_a_price_or_a_demo_wants_contact(message: str) -> None:
    found = read(message)
    assert (found.wants_contact or found.wants_price, found.name) == (True, None)


@pytest.mark.parametrize("message", ["what are your hours?", "my bike is broken", "thanks", "I called yesterday"])
def test_who_asks_for_something_else_does_not(message: str) -> None:
    found = read(message)
    assert not found.wants_contact
    assert not found.wants_price


@pytest.mark.parametrize("message", CORRECTING.split("|"))
def test_a_correction_is_noticed(message: str) -> None:
    assert read(message).corrects


@pytest.mark.parametrize("message", ["my email is anna@x.com", "I'm Anna", "do you ship to Spain?"])
def test_what_takes_nothing_back_is_no_correction(message: str) -> None:
    assert not read(message).corrects


@pytest.mark.parametrize(("message", "asked", "asks"), ASKING)
def test_a_question_is_heard_beside_and_instead_of_details(message: str, asked: Asked | None, *, asks: bool) -> None:
    assert read(message, asked, prompt="Would you like us to get in touch?").asks is asks


def test_all_that_a_message_says_is_read_at_once() -> None:
    assert read("I'm Anna Smith, anna@gmial.com, +49 30 1234567. How much is a helmet?") == Reading(
        name="Anna Smith",
        email="anna@gmial.com",
        phone="+49301234567",
        asks=True,
        wants_price=True,
        suggestion="anna@gmail.com",
    )
