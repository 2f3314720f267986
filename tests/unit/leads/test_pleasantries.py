"""Small talk is told from questions, and met in kind."""

from typing import Final

import pytest

from shared.vocabulary import LeadStep
from workers.domain.leads.flow import Rules, Situation, Turn, advance
from workers.domain.leads.hearing import asked_by, hear
from workers.domain.leads.pleasantries import Pleasantry, meant, pleasantry_in
from workers.domain.leads.progress import Progress
from workers.domain.leads.reading import read
from workers.domain.leads.wording import ENGLISH

RULES: Final = Rules("Larkfield Bikes", offer_after_turns=3, quiet_turns=10)
SAID: Final = {
    Pleasantry.GREETING: "hi|Hello!|hey there|good morning|Good evening|hello, how are you?|hellooo|"
    "is anyone there?|hola|buenos días|"
    "buenas noches|¿qué tal?|Guten Tag|guten Abend zusammen|moin|wie geht es Ihnen?|bonjour|Bonsoir madame|ça va ?|"
    "comment allez-vous ?",
    Pleasantry.THANKS: "thanks|thank you so much|thx that was great|lovely, thank you!|cheers mate|ok thanks|"
    "thanks for your help|thank you :D|great, thanks a lot 👍|hello and thank you|muchas gracias|gracias por todo|"
    "Vielen Dank!|"
    "danke für die schnelle Antwort|merci beaucoup|merci pour votre aide",
    Pleasantry.FAREWELL: "bye|Ok thanks, bye|goodbye!|have a nice day|see you later|adiós|gracias, hasta luego|tschüss|"
    "Danke, auf Wiedersehen|schönen Tag noch|au revoir|bonne journée|merci, bonne soirée",
    Pleasantry.REACTION: "👍|😀😀|❤️|🙏🏽!|haha|hahaha lol|jajaja|mdr|ok|great|that's great|good to know|:)|<3|"
    "perfecto|alles klar|d'accord",
    Pleasantry.MACHINE: "are you a robot?|are you human?|are you a real person?|Hi, are you a bot|is this an AI?|"
    "am I talking to a human or a bot?|are you real|¿eres un robot?|¿hablo con una persona?|bist du ein Bot?|"
    "Sind Sie ein Mensch?|spreche ich mit einem Roboter?|êtes-vous un robot ?|es-tu humain ?|"
    "est-ce que je parle à une vraie personne ?",
    Pleasantry.PURPOSE: "why do you need my name?|What for do you need my email address|ok, why do you need that?|"
    "what do you do with my data|what is it for?|is it required?|do I have to give you my name?|why do you ask?|"
    "why should I tell you my name?|what will you use it for?|why is that needed?|¿Para qué necesita mi correo?|"
    "¿por qué quieren eso?|¿es obligatorio?|Wozu brauchen Sie meine Nummer?|wofür brauchst du meine E-Mail-Adresse?|"
    "Was machen Sie mit meinen Daten?|muss ich das angeben?|pourquoi avez-vous besoin de mon nom ?|"
    "Pourquoi demandez-vous cela ?|c'est obligatoire ?",
    Pleasantry.OTHER: "yes|please|no thanks|you",
}
ASKED: Final = (
    "thanks, how much is it?|hello, where are you?|hi do you do massages|good morning appointments|ok and parking?|"
    "how are you open on Sundays?|great bikes|are you a robot shop?|is this a computer repair?|thanks, and why?|why?|"
    "for everything?|or a bot?|"
    "bye laws|buenas bicicletas|Guten Tag, was kostet das?|bonjour, le parking ?|???|...|42|price|night bus|"
    "can I speak to a human|I need a person|why do you need a helmet?|what is the address?|is my email address safe?|"
    "what do you do with old bikes?|is a deposit required?|do I need to give notice?"
)


@pytest.mark.parametrize(
    ("message", "kind"), [(message, kind) for kind, messages in SAID.items() for message in messages.split("|")]
)
def test_small_talk_is_known_for_what_it_is(message: str, kind: Pleasantry) -> None:
    assert pleasantry_in(message, asking=kind is Pleasantry.PURPOSE) is kind


@pytest.mark.parametrize("message", ASKED.split("|"))
def test_what_asks_for_something_is_no_small_talk(message: str) -> None:
    assert pleasantry_in(message, asking=True) is None


def replied(message: str, step: LeadStep = LeadStep.IDLE) -> str:
    """Return what the desk says to a message where lead capture stands, nothing where the documents are asked."""
    progress = Progress(step)
    pleasantry = pleasantry_in(message, asking=step is not LeadStep.IDLE)
    reading = meant(read(message, asked_by(progress), prompt=ENGLISH.offer), pleasantry)
    heard = hear(progress, reading, "turn", pleasantry)
    return "" if heard.wants_answer else advance(Situation(heard, Turn(9), ENGLISH, RULES)).says


@pytest.mark.parametrize(
    ("kind", "reply"),
    [
        (Pleasantry.GREETING, ENGLISH.greeting),
        (Pleasantry.THANKS, ENGLISH.welcome),
        (Pleasantry.FAREWELL, ENGLISH.farewell),
        (Pleasantry.REACTION, ENGLISH.reaction),
        (Pleasantry.MACHINE, ENGLISH.machine.format(company="Larkfield Bikes")),
        (Pleasantry.OTHER, ENGLISH.small_talk),
    ],
)
def test_small_talk_is_met_in_kind_and_asks_no_document(kind: Pleasantry, reply: str) -> None:
    assert {replied(message) for message in SAID[kind].split("|")} == {reply}


@pytest.mark.parametrize(
    "message", ["good evening", "Good morning!", "hello", "are you a robot?", "is this a real person?"]
)
def test_a_greeting_accepts_no_offer(message: str) -> None:
    assert replied(message, LeadStep.OFFERED).endswith(ENGLISH.offer.format(company="Larkfield Bikes"))


def test_who_asks_for_a_machine_is_told_before_the_offer_is_repeated() -> None:
    assert replied("are you a robot?", LeadStep.OFFERED).startswith("I am an automatic desk")


@pytest.mark.parametrize("message", SAID[Pleasantry.PURPOSE].split("|"))
def test_who_asks_what_a_detail_is_for_is_told_before_it_is_asked_for_again(message: str) -> None:
    told = ENGLISH.purpose.format(company="Larkfield Bikes")
    assert replied(message, LeadStep.ASKING_EMAIL) == f"{told} {ENGLISH.ask_email}"
    assert not replied(message), "a document may tell, where nothing was asked for"


@pytest.mark.parametrize("message", ["ok thanks", "great", "👍", "ok, good"])
def test_a_nod_still_accepts_an_offer(message: str) -> None:
    assert replied(message, LeadStep.OFFERED).startswith(ENGLISH.accepted)


@pytest.mark.parametrize(
    "message",
    [
        "can I speak to a human",
        "can I speak to someone",
        "could I talk to a real person please?",
        "is there someone I can talk to?",
        "puedo hablar con una persona",
        "kann ich mit einem Menschen sprechen",
        "puis-je parler à quelqu'un ?",
    ],
)
def test_who_asks_for_a_person_is_offered_one_without_a_search(message: str) -> None:
    assert replied(message) == ENGLISH.offer.format(company="Larkfield Bikes")
