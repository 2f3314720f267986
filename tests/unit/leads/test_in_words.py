"""What visitors say while their details are asked for is taken as they mean it."""

from typing import Final

import pytest

from shared.vocabulary import Detail, LeadStep
from workers.domain.leads.flow import Rules, Situation, Step, Turn, advance, question
from workers.domain.leads.hearing import Heard, asked_by, hear
from workers.domain.leads.pleasantries import meant, pleasantry_in
from workers.domain.leads.progress import Progress
from workers.domain.leads.reading import Asked, read
from workers.domain.leads.transitions import Signal
from workers.domain.leads.wording import ENGLISH

RULES: Final = Rules("Larkfield Bikes", offer_after_turns=3, quiet_turns=10)
ASKED_NAME: Final = ("Can someone call me?", "yes")
ASKED_EMAIL: Final = (*ASKED_NAME, "Ann Lee")
ASKED_PHONE: Final = (*ASKED_EMAIL, "ann@example.com")
PUTTING_OFF: Final = (
    "not now|Later|maybe later, thanks|I'll do it later|not right now, sorry|nicht jetzt|Später|ein andermal|ahora no|"
    "más tarde|otro día|pas maintenant|plus tard|une autre fois"
)
COMPANIES: Final = (
    "Acme Ltd|acme ltd.|Siemens AG|Miller GmbH|Müller & Söhne GmbH|Acme, Inc.|Foo LLC|Smith plc|Miller & Co|Acme Co.|"
    "Dupont SARL|Dupont S.A.R.L.|Dupont SA|Acme S.A.|Talleres Pérez S.L.|It's Acme Ltd|I'm from Acme Ltd|"
    "my name is Acme Ltd"
)


class Talk:
    """A conversation in words with lead capture alone."""

    def __init__(self, *messages: str) -> None:
        self.progress, self.seq = Progress(), 0
        for message in messages:
            self.say(message)

    def say(self, message: str) -> tuple[Heard, Step]:
        self.seq += 1
        asked = asked_by(self.progress)
        reading = read(message, asked, prompt=question(self.progress, ENGLISH, RULES.company), region="GB")
        pleasantry = pleasantry_in(message)
        heard = hear(self.progress, meant(reading, pleasantry), f"turn-{self.seq}", pleasantry)
        after = advance(Situation(heard, Turn(self.seq), ENGLISH, RULES))
        self.progress = after.progress
        return heard, after


@pytest.mark.parametrize(
    ("known", "message", "name"),
    [
        ("Ann", "my surname is Leigh", "Ann Leigh"),
        ("Ann", "and my last name is Leigh", "Ann Leigh"),
        ("Ann", "mein Nachname ist Leigh", "Ann Leigh"),
        ("Ana", "mis apellidos son García López", "Ana García López"),
        ("Ana García López", "mis apellidos son García López", "Ana García López"),
        ("Ann", "mon nom de famille est Leigh", "Ann Leigh"),
        ("Ann Lee", "sorry, my surname is Leigh", "Ann Leigh"),
        ("Ann", "my first name is Anne and my surname is Leigh", "Anne Leigh"),
        ("Ann Lee", "my name is Leigh", "Leigh"),
    ],
)
def test_a_surname_that_comes_later_joins_the_name(known: str, message: str, name: str) -> None:
    talk = Talk(*ASKED_NAME, known, message)
    assert talk.progress.details == {Detail.NAME: name}


@pytest.mark.parametrize("message", ["my last name is Leigh", "ich heiße Leigh", "je m'appelle Leigh"])
def test_words_that_only_announce_a_name_ask_no_document(message: str) -> None:
    assert not read(message, Asked.EMAIL).asks


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("wrong, it's Ann Leigh", "Ann Leigh"),
        ("wrong it's ann leigh", "ann leigh"),
        ("no, the name is Ann Leigh", "Ann Leigh"),
        ("no its bob", "bob"),
        ("no, Bob", "Bob"),
        ("sorry, Bob", "Bob"),
        ("nein, Bob", "Bob"),
        ("sorry, it's Anna", "Anna"),
        ("no, it's Mark", "Mark"),
        ("no, it's Will", "Will"),
        ("nein, es ist Bob", "Bob"),
        ("falsch, ich heiße Bob Lee", "Bob Lee"),
        ("no, es Ana", "Ana"),
        ("incorrecto, me llamo Bob", "Bob"),
        ("non, c'est Anne", "Anne"),
        ("c'est faux, je m'appelle Bob", "Bob"),
    ],
)
def test_a_name_is_put_right_while_something_else_is_asked_for(message: str, name: str) -> None:
    talk = Talk(*ASKED_EMAIL)
    heard, after = talk.say(message)
    assert (talk.progress.details, *heard.corrected) == ({Detail.NAME: name}, Detail.NAME)
    assert not heard.wants_answer
    assert after.says == f"{ENGLISH.updated} {ENGLISH.ask_email}"


@pytest.mark.parametrize("message", ["that's all", "that's it", "eso es todo", "das ist alles", "c'est tout"])
def test_who_has_said_all_is_not_asked_on(message: str) -> None:
    talk = Talk(*ASKED_EMAIL, "ann@example.com")
    heard, _ = talk.say(message)
    assert (heard.signal, talk.progress.step) == (Signal.WITHHELD, LeadStep.CONFIRMING)


@pytest.mark.parametrize("message", ["actually, yes", "hmm ok yes", "oh yes please"])
def test_a_change_of_mind_is_taken_up(message: str) -> None:
    talk = Talk("can someone call me?", "no", message)
    assert talk.progress.step is LeadStep.OFFERED


@pytest.mark.parametrize("message", ["no, it's free", "wrong, it's private", "no, it's Friday", "it's Bob"])
def test_what_follows_a_no_is_not_always_a_name(message: str) -> None:
    assert read(message, Asked.EMAIL).name is None


@pytest.mark.parametrize(
    "message",
    [
        "no email",
        "I don't have an email",
        "keine E-Mail",
        "ich habe keine Mailadresse",
        "no tengo correo",
        "pas d'email",
    ],
)
def test_an_address_that_is_refused_before_its_turn_is_not_asked_for(message: str) -> None:
    talk = Talk(*ASKED_NAME)
    assert talk.say(message)[1].says == f"{ENGLISH.updated} {ENGLISH.ask_name}"
    assert talk.say("Ann")[1].progress.step is LeadStep.ASKING_PHONE


@pytest.mark.parametrize("message", ["no phone", "kein Handy", "sin teléfono", "pas de portable", "no calls please"])
def test_a_number_that_is_refused_before_its_turn_is_not_asked_for(message: str) -> None:
    talk = Talk(*ASKED_EMAIL)
    assert talk.say(message)[1].prompt == ENGLISH.ask_email
    assert talk.say("ann@example.com")[1].progress.step is LeadStep.CONFIRMING


def test_what_is_refused_beside_another_detail_is_not_asked_for() -> None:
    talk = Talk(*ASKED_EMAIL)
    _, step = talk.say("no email, call me on 020 7946 0958")
    assert step.progress.step is LeadStep.CONFIRMING
    assert ENGLISH.bad_email not in step.says


@pytest.mark.parametrize(
    "message",
    ["no email", "no email, sorry", "I don't have an email", "I'd rather not give you my email", "skip email"],
)
def test_who_gives_no_address_when_asked_for_it_is_not_told_how_one_looks(message: str) -> None:
    assert Talk(*ASKED_EMAIL).say(message)[1].says == ENGLISH.ask_phone


@pytest.mark.parametrize("message", ["email only", "just my email", "nur per E-Mail", "no email please"])
def test_who_was_asked_for_a_number_and_speaks_of_the_address_they_gave_keeps_the_number(message: str) -> None:
    talk = Talk(*ASKED_PHONE, message)
    assert talk.progress.step is LeadStep.CONFIRMING


@pytest.mark.parametrize("said", [ASKED_NAME, ASKED_EMAIL])
@pytest.mark.parametrize("message", PUTTING_OFF.split("|"))
def test_who_puts_it_off_is_let_alone_and_has_asked_no_document(message: str, said: tuple[str, ...]) -> None:
    talk = Talk(*said)
    before = talk.progress.details
    heard, after = talk.say(message)
    assert (after.says, heard.wants_answer) == (ENGLISH.declined, False)
    assert (after.progress.step, after.progress.details) == (LeadStep.DECLINED, before)


@pytest.mark.parametrize("message", ["hold on", "we arrive later today", "can I pay later?", "call me later"])
def test_what_is_later_in_another_sense_puts_nothing_off(message: str) -> None:
    talk = Talk(*ASKED_EMAIL, message)
    assert talk.progress.step is LeadStep.ASKING_EMAIL


def test_who_can_be_reached_already_and_puts_off_the_rest_is_asked_for_their_consent() -> None:
    talk = Talk(*ASKED_PHONE, "not now")
    assert talk.progress.step is LeadStep.CONFIRMING


@pytest.mark.parametrize("said", [ASKED_NAME[:1], ASKED_NAME, ASKED_EMAIL, ASKED_PHONE, (*ASKED_PHONE, "skip")])
@pytest.mark.parametrize("message", ["bye", "Goodbye!", "tschüss", "adiós", "au revoir", "see you later"])
def test_who_takes_leave_is_let_go_with_what_they_gave_kept(message: str, said: tuple[str, ...]) -> None:
    talk = Talk(*said)
    given = talk.progress.said
    heard, after = talk.say(message)
    assert (after.says, heard.wants_answer, after.stores) == (ENGLISH.farewell, False, ())
    assert (after.progress.step, after.progress.said) == (LeadStep.DECLINED, given)


def test_who_says_thanks_and_takes_leave_declines_an_offer_and_consents_where_that_was_asked() -> None:
    talk = Talk(*ASKED_NAME[:1])
    assert talk.say("thanks, bye")[1].says == ENGLISH.farewell
    talk = Talk(*ASKED_PHONE, "skip")
    assert talk.say("thanks, bye")[1].progress.step is LeadStep.CAPTURED


def test_who_takes_leave_when_asked_about_a_typo_is_let_go() -> None:
    talk = Talk(*ASKED_EMAIL, "ann@gmial.com")
    assert talk.say("bye")[1].says == ENGLISH.farewell


@pytest.mark.parametrize("message", COMPANIES.split("|"))
def test_a_company_is_nobodys_name(message: str) -> None:
    talk = Talk(*ASKED_NAME)
    heard, after = talk.say(message)
    assert (after.says, after.progress.details, heard.wants_answer) == (ENGLISH.bad_name, {}, False)
    assert talk.say("Ann Leigh")[1].progress.details == {Detail.NAME: "Ann Leigh"}


def test_who_asks_about_a_company_where_a_name_was_asked_for_is_answered() -> None:
    heard, after = Talk(*ASKED_NAME).say("Do you work with Acme Ltd?")
    assert (heard.wants_answer, after.prompt) == (True, ENGLISH.ask_name)


def test_what_cannot_be_read_is_said_to_be_so_each_time() -> None:
    talk = Talk(*ASKED_EMAIL)
    said = [talk.say(message)[1].says for message in ("ann@", "ann@@x", "123", "12345")]
    assert said == [
        ENGLISH.bad_email,
        f"{ENGLISH.unread} {ENGLISH.ask_phone}",
        ENGLISH.bad_phone,
        f"{ENGLISH.unread} {ENGLISH.unreachable}",
    ]


def test_a_number_that_cannot_be_read_does_not_stand_for_the_address_that_was_asked_for() -> None:
    talk = Talk(*ASKED_EMAIL)
    assert [talk.say(f"my number is {number}")[1].says for number in (123, 1234, 12)] == [ENGLISH.bad_phone] * 3
    assert talk.say("ann@")[1].says == ENGLISH.bad_email
    assert talk.progress.step is LeadStep.ASKING_EMAIL


def test_what_cannot_be_read_beside_something_else_is_said_to_be_so() -> None:
    talk = Talk(*ASKED_NAME)
    assert talk.say("Ann, ann@")[1].says == f"{ENGLISH.bad_email} {ENGLISH.ask_email}"
    assert talk.say("ann@example.com, my phone is 123")[1].says == f"{ENGLISH.bad_phone} {ENGLISH.ask_phone}"


@pytest.mark.parametrize("message", ["no, my number is 123", "yes, but my number is 123", "nein, meine Nummer ist 123"])
def test_a_correction_of_what_is_to_be_confirmed_that_cannot_be_read_loses_nothing(message: str) -> None:
    talk = Talk(*ASKED_PHONE, "skip")
    assert talk.say(message)[1].says == f"{ENGLISH.bad_phone} May Larkfield Bikes contact you at ann@example.com?"
    assert talk.say("020 7946 0958")[1].progress.details[Detail.PHONE] == "+442079460958"


def test_a_refusal_stays_one_beside_what_cannot_be_read() -> None:
    talk = Talk(*ASKED_PHONE, "skip", "I don't want that, my number is 123")
    assert talk.progress.step is LeadStep.DECLINED
