"""What visitors mean by what they reply to an offer and to a question whether all is right."""

from collections.abc import Iterator
from typing import Final

import pytest

from shared.vocabulary import Detail
from workers.domain.leads.reading import Asked, Decision, read

OFFER: Final = "Would you like someone from our team to get in touch?"
CONFIRMATION: Final = "Anna Smith, anna@x.com. Is that right?"

ACCEPTED: Final = (
    "yes|yes please|sure|ok|okay|Sure, why not|sounds good|that would be great|go ahead|of course|yeah sure|"
    "please do|yes, call me tomorrow|I'd like that|I would love that|perfect|ok thanks|absolutely!|yep|"
    "why not|no problem|great|fine|alright then|please|yes pls|Yes, that's fine|definitely|y|👍|let's do it|"
    "I'm interested|That works|yes i would|I want to talk to a real person|"
    "sí|sí, por favor|si|claro|claro que sí|vale|por supuesto|me encantaría|perfecto|sí gracias|adelante|"
    "de acuerdo|bueno|está bien|genial|Sí, llámenme mañana|me parece bien|ok vale|cómo no|no hay problema|"
    "ja|ja bitte|ja gerne|gerne|klar|natürlich|sehr gerne|auf jeden Fall|das wäre toll|einverstanden|"
    "in Ordnung|passt|ja klar|okay|warum nicht|Bitte|jo|sicher|Das klingt gut|gut|alles klar|kein Problem|"
    "ja, rufen Sie mich an|"
    "oui|oui, merci|oui s'il vous plaît|bien sûr|volontiers|avec plaisir|d'accord|pourquoi pas|ok|parfait|"
    "ça marche|je veux bien|ouais|entendu|très bien|c'est parfait|Oui, appelez-moi demain|ce serait super|"
    "pas de problème|s'il vous plaît|"
    "はい|是的|да|نعم|sim|sì"
)
DECLINED: Final = (
    "no|no thanks|nope|not now|not right now|maybe later|no thank you|I'd rather not|not interested|"
    "I don't think so|no, I'm good|I'm fine, thanks|not at the moment|nah|never mind|don't bother|not today|"
    "later|No. Thanks|no need|not yet|I'm just looking|leave me alone|I'd prefer not to|stop asking|"
    "No, that will be all|hold on|thanks but no thanks|that's all thanks|I don't want to be contacted|"
    "Not necessary|I need to talk to my wife|"
    "no|no gracias|no, gracias|ahora no|no quiero|no me interesa|mejor no|quizás más tarde|más tarde|"
    "no hace falta|de momento no|todavía no|prefiero no|no es necesario|para nada|gracias, pero no|luego|"
    "no, solo quería información|déjalo|otro día|"
    "nein|nein danke|nein, danke|nö|lieber nicht|jetzt nicht|später|vielleicht später|kein Interesse|"
    "nicht nötig|ich möchte nicht|nein, ich möchte das nicht|auf keinen Fall|im Moment nicht|noch nicht|"
    "danke, nein|brauche ich nicht|ein andermal|Nein, nur eine Frage|ich will keine Werbung|will ich nicht|"
    "non|non merci|non, merci|pas maintenant|plus tard|peut-être plus tard|pas intéressé|je ne veux pas|"
    "ce n'est pas nécessaire|pas besoin|une autre fois|pas pour le moment|sans façon|je préfère ne pas|"
    "non, ça ira|laissez tomber|surtout pas|ça ne m'intéresse pas|Non je ne souhaite pas|"
    "いいえ|不用了|нет|لا|não obrigado|no grazie"
)
REFUSED: Final = (
    "of course not|certainly not|definitely not|absolutely not|surely not|obviously not|sure not|sure, never|"
    "please do not|please do not contact me again|please do not email me|please don't call|do it never|yeah no|"
    "go ahead and delete it|I'd be glad if you left me alone|absolutely no calls|yes I mind|never ever|unsubscribe|"
    "you better not|under no circumstances|ok delete my data|get lost|by no means|yes. please delete everything|"
    "claro que no|por supuesto que no|no me llamen|borren mis datos|"
    "natürlich nicht|sicher nicht|gerne nicht|bitte nicht|ja nicht|rufen Sie mich nicht an|löschen Sie meine Daten|"
    "bien sûr que non|absolument pas|certainement pas|ne me contactez plus|supprimez mes données"
)
AGREED: Final = (
    "yes, not before noon|yes please, no subtitles though|of course, no problem|sure, no rush|certainly, no objection|"
    "I don't mind|not a problem|yes with no extras please|sí, no hay problema|ja, nicht vor zwölf"
)
NEITHER: Final = (
    "what are your opening hours?|do you ship to Canada?|I'm not sure|maybe|hmm|what for?|who would call me?|"
    "I don't know|how much is it?|my bike is blue|can I rent a helmet?|I want to know your opening hours|"
    "¿cuál es el horario?|no sé|no lo sé|quizás|¿para qué?|¿cuánto cuesta?|depende|"
    "wann habt ihr geöffnet?|weiß nicht|keine Ahnung|wozu?|vielleicht|was kostet das?|"
    "Liefern Sie nach Österreich?|"
    "quels sont vos horaires ?|je ne sais pas|peut-être|pourquoi ?|combien ça coûte ?|vous livrez en Suisse ?"
)
CONFIRMED: Final = (
    "yes|that's right|correct|yes that's correct|looks good|perfect|all good|ok|exactly|yes, thanks|"
    "that is right|Yep|right|everything is correct|confirmed|👍|yes you can send it|thank you|"
    "sí|correcto|es correcto|así es|todo bien|exacto|perfecto|sí, está bien|confirmo|todo correcto|"
    "ja|richtig|stimmt|das stimmt|genau|passt|korrekt|alles richtig|ja, stimmt so|perfekt|in Ordnung|"
    "oui|c'est exact|c'est correct|tout est bon|exact|c'est ça|parfait|je confirme|oui c'est bon"
)
DENIED: Final = (
    "no|that's wrong|not correct|no, it's Anna|no that's not right|wrong|the email is wrong|"
    "Actually it's anne@x.com|anne@x.com|Yes, but my name is Anne|my phone is +49 30 1234567|change the email|"
    "not quite|there's a typo|it should be Anne|nope|"
    "no|incorrecto|no es correcto|está mal|no, es ana@x.com|sí, pero el correo está mal|cambia el nombre|"
    "me equivoqué|"
    "nein|falsch|stimmt nicht|das stimmt nicht|nicht richtig|nein, anna@x.de|ja, aber die Nummer ist falsch|"
    "nicht ganz|da ist ein Tippfehler|"
    "non|c'est faux|ce n'est pas correct|pas exact|non, c'est anne@x.fr|oui mais le nom est faux|"
    "il y a une erreur|incorrect"
)
NOT_CONFIRMED: Final = (
    "what will you do with it?|hmm|how long will it take?|do you ship to Canada?|not sure|"
    "¿qué haréis con mis datos?|no sé|"
    "was passiert damit?|weiß nicht|"
    "que faites-vous de mes données ?|je ne sais pas"
)


def replies(*tables: tuple[str, Decision]) -> Iterator[tuple[str, Decision]]:
    return ((reply, decision) for table, decision in tables for reply in table.split("|"))


@pytest.mark.parametrize(
    ("reply", "decision"),
    replies((ACCEPTED, Decision.ACCEPT), (DECLINED, Decision.DECLINE), (NEITHER, Decision.OTHER)),
)
def test_an_offer_is_accepted_declined_or_neither(reply: str, decision: Decision) -> None:
    assert read(reply, Asked.OFFER, prompt=OFFER).decision is decision


@pytest.mark.parametrize(
    ("reply", "decision"),
    replies((CONFIRMED, Decision.ACCEPT), (DENIED, Decision.DECLINE), (NOT_CONFIRMED, Decision.OTHER)),
)
def test_what_was_asked_is_confirmed_denied_or_neither(reply: str, decision: Decision) -> None:
    assert read(reply, Asked.CONFIRM, prompt=CONFIRMATION).decision is decision


@pytest.mark.parametrize("asked", [Asked.OFFER, Asked.CONFIRM])
@pytest.mark.parametrize(
    ("reply", "decision"), replies((REFUSED, Decision.DECLINE), (AGREED, Decision.ACCEPT)), ids=str
)
def test_a_yes_that_is_taken_back_is_no_consent(reply: str, decision: Decision, asked: Asked) -> None:
    prompt = OFFER if asked is Asked.OFFER else "May Larkfield Bikes contact you at anna@x.com?"
    assert read(reply, asked, prompt=prompt).decision is decision


@pytest.mark.parametrize(
    ("message", "withdraws"),
    [
        ("please delete my data and forget about me", True),
        ("i changed my mind, please dont contact me", True),
        ("please delete everything you have about me", True),
        ("please do not contact me", True),
        ("never call me again", True),
        ("I don't want to be contacted. Just tell me the price.", True),
        ("bitte löschen Sie meine Daten", True),
        ("supprimez mes coordonnées", True),
        ("eliminen mis datos", True),
        ("how do I delete my data?", False),
        ("don't call me, just email: nora@x.com", False),
        ("please cancel my appointment", False),
        ("do you delete old orders?", False),
        ("you didn't call me back yesterday", False),
        ("nobody got in touch, did you forget me?", False),
        ("please don't forget me!", False),
        ("I don't use my bike in winter", False),
        ("I didn't keep my receipt", False),
        ("is the newsletter without marketing?", False),
        ("Sie rufen mich nicht an", False),
    ],
)
def test_a_visitor_who_takes_back_what_they_gave_is_heard_at_any_time(message: str, *, withdraws: bool) -> None:
    assert read(message).withdraws is withdraws


@pytest.mark.parametrize(
    ("reply", "mistaken"),
    [
        ("no that's wrong", {Detail.EMAIL, Detail.PHONE}),
        ("no, typo", {Detail.EMAIL, Detail.PHONE}),
        ("the email is wrong", {Detail.EMAIL}),
        ("wrong number", {Detail.PHONE}),
        ("nein, die Nummer ist falsch", {Detail.PHONE}),
        ("no", set()),
        ("no, sorry", set()),
        ("that's wrong, leave me alone", set()),
    ],
)
def test_what_is_only_wrong_is_told_from_a_refusal(reply: str, mistaken: set[Detail]) -> None:
    found = read(reply, Asked.CONFIRM, prompt="May Larkfield Bikes contact you at anna@x.com or +49301234567?")
    assert found.decision is Decision.DECLINE
    assert found.mistaken == mistaken


@pytest.mark.parametrize(
    "message", ["wrong number, 07911 123483", "that number is wrong, should be 07911 123483", "wrong one: 07911123483"]
)
def test_what_follows_wrong_is_what_is_right(message: str) -> None:
    found = read(message, Asked.CONFIRM, region="GB")
    assert (found.phone, found.corrects) == ("+447911123483", True)


@pytest.mark.parametrize("locale", [None, "en", "es-MX", "de", "fr_FR", "ja"])
def test_a_visitors_language_is_told_by_their_words_before_their_locale(locale: str | None) -> None:
    decisions = [
        read(reply, Asked.OFFER, locale=locale).decision for reply in ("no hay problema", "nein danke", "sure")
    ]
    assert decisions == [Decision.ACCEPT, Decision.DECLINE, Decision.ACCEPT]


@pytest.mark.parametrize(
    "reply", ["I'd like it at 6 pm", "book it for 6 pm", "3 people please", "another day", "On March 5th"]
)
def test_a_wish_for_something_else_denies_what_was_asked(reply: str) -> None:
    assert read(reply, Asked.CONFIRM, prompt="A table for 2 on March 3rd. Is that right?").decision is Decision.DECLINE
    assert read("Please book it", Asked.CONFIRM, prompt="A table for 2. Right?").decision is Decision.ACCEPT


def test_an_address_in_reply_to_an_offer_accepts_it() -> None:
    assert read("anna@x.com", Asked.OFFER).decision is Decision.ACCEPT
    assert read("no, don't write to anna@x.com", Asked.OFFER).decision is Decision.DECLINE


def test_a_reply_in_the_words_of_the_offer_takes_it_up() -> None:
    prompt = "Would you like to book a test ride?"
    assert read("A test ride on Saturday", Asked.OFFER, prompt=prompt).decision is Decision.ACCEPT
    assert read("How long is a test ride?", Asked.OFFER, prompt=prompt).decision is Decision.OTHER


@pytest.mark.parametrize("asked", [None, Asked.NAME, Asked.EMAIL, Asked.PHONE])
def test_a_plain_yes_or_no_is_heard_without_being_asked_for(asked: Asked | None) -> None:
    replies = ("yes please", "no thanks", "stop", "no sé", "Anna", "I have no idea how much it is")
    found = [read(reply, asked).decision for reply in replies]
    assert found == [Decision.ACCEPT, Decision.DECLINE, Decision.DECLINE, None, None, None]


def test_details_that_come_with_a_no_are_no_refusal() -> None:
    found = read("No, my name is Anna", Asked.NAME)
    assert (found.name, found.decision, found.corrects) == ("Anna", None, True)
