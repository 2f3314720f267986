"""Lead capture moves as its table says, and every conversation it can have ends well."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from shared.vocabulary import Detail, LeadStep
from tests.unit.leads.readings import ANNA, BAD_EMAIL, CALL_ME, EMAIL, NO, PHONE, QUESTION, RULES, SKIP, YES, Talk
from workers.domain.leads.flow import MOVES, Situation, Turn, advance
from workers.domain.leads.hearing import ASKED, OPEN, Heard, hear
from workers.domain.leads.pleasantries import Pleasantry
from workers.domain.leads.progress import Progress
from workers.domain.leads.reading import Asked, Decision, Reading, read
from workers.domain.leads.transitions import TRANSITIONS, Move, Signal
from workers.domain.leads.wording import ENGLISH, WORDINGS
from workers.domain.words import says_nothing


def test_every_step_knows_every_signal() -> None:
    assert set(TRANSITIONS) == set(product(LeadStep, Signal))
    assert set(MOVES) == set(Move)


@pytest.mark.parametrize(("step", "signal"), [*product(LeadStep, Signal)])
def test_every_cell_of_the_table_leads_to_a_step_that_can_go_on(step: LeadStep, signal: Signal) -> None:
    progress = Progress(step, asked=1, details={Detail.EMAIL: "anna@example.com"})
    after = advance(Situation(Heard(progress, signal, wants_answer=False), Turn(1), ENGLISH, RULES))
    assert after.progress.step not in {LeadStep.IDLE, LeadStep.EXPIRED} or step in OPEN
    assert bool(after.prompt) == (after.progress.step in ASKED or TRANSITIONS[step, signal] is Move.HINT)
    assert bool(after.consent) == (TRANSITIONS[step, signal] is Move.CAPTURE)


def test_a_willing_visitor_is_asked_for_everything_once() -> None:
    talk = Talk()
    assert talk.says(CALL_ME, YES, ANNA, EMAIL, PHONE, YES) == [
        "offered", "asking_name", "asking_email", "asking_phone", "confirming", "captured",
    ]  # fmt: skip
    assert talk.last.consent == "May Larkfield Bikes contact you at anna@example.com or +49301234567?"
    assert talk.stored == [
        (Detail.NAME, "Anna", False), (Detail.EMAIL, "anna@example.com", False), (Detail.PHONE, "+49301234567", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "signal", "answered"),
    [
        ("can someone call me?", Signal.WANTED, False),
        ("call me about rentals", Signal.WANTED, True),
        ("call me about the price", Signal.WANTED, True),
        ("how much is it?", Signal.PRICED, True),
    ],
)
def test_who_only_wants_to_be_called_is_not_told_from_the_documents_first(
    message: str, signal: Signal, *, answered: bool
) -> None:
    heard = hear(Progress(), read(message), "t1")
    assert (heard.signal, heard.wants_answer) == (signal, answered)


@pytest.mark.parametrize(
    ("message", "searched"), [("the number is 415 555 2671", False), ("I'm Anna, about the warranty", True)]
)
def test_another_way_to_be_reached_than_the_one_that_was_asked_for_is_no_question(
    message: str, *, searched: bool
) -> None:
    asking = Progress(LeadStep.ASKING_EMAIL)
    assert hear(asking, read(message, asked=Asked.EMAIL), "t1").wants_answer is searched


def test_details_that_come_at_once_skip_their_questions() -> None:
    talk = Talk()
    assert talk.says(Reading(name="Anna", email="a@example.com", phone="+49301234567")) == ["confirming"]


def test_who_answers_the_offer_with_a_name_takes_it_up() -> None:
    assert Talk().says(CALL_ME, ANNA) == ["offered", "asking_email"]
    assert Talk().says(CALL_ME, replace(ANNA, asks=True))[-1] == "offered"
    assert Talk().says(CALL_ME, replace(ANNA, decision=Decision.DECLINE))[-1] == "declined"
    assert Talk().says(QUESTION, ANNA)[-1] == "idle"


def test_a_visitor_who_keeps_their_name_is_still_a_lead() -> None:
    talk = Talk()
    assert talk.says(CALL_ME, YES, SKIP, EMAIL, SKIP, YES)[-2:] == ["confirming", "captured"]
    assert talk.stored == [(Detail.EMAIL, "anna@example.com", False)]


@pytest.mark.parametrize("contact", [EMAIL, PHONE])
def test_one_way_to_be_reached_is_enough(contact: Reading) -> None:
    talk = Talk()
    talk.says(CALL_ME, YES, ANNA)
    while talk.progress.step is not LeadStep.CONFIRMING:
        asked_for_it = (talk.progress.step is LeadStep.ASKING_EMAIL) == bool(contact.email)
        talk.say(contact if asked_for_it else SKIP)
    assert talk.say(YES).progress.step is LeadStep.CAPTURED


def test_who_gives_a_number_when_asked_for_an_address_is_not_asked_for_the_address_again() -> None:
    assert Talk().says(CALL_ME, YES, ANNA, PHONE, YES)[-2:] == ["confirming", "captured"]
    assert Talk().says(CALL_ME, YES, ANNA, replace(PHONE, bad_email=True))[-1] == "asking_email"
    assert Talk().says(CALL_ME, YES, PHONE)[-1] == "asking_name"
    assert Talk().says(CALL_ME, YES, PHONE, ANNA)[-1] == "asking_email"
    corrected = replace(EMAIL, email="anna@example.org", corrects=True)
    assert Talk().says(CALL_ME, YES, ANNA, EMAIL, corrected)[-1] == "asking_phone"


def test_a_visitor_who_gives_no_way_to_be_reached_is_left_in_peace() -> None:
    talk = Talk()
    assert talk.says(CALL_ME, YES, ANNA, SKIP, SKIP)[-1] == "declined"
    assert talk.last.reply == ENGLISH.unreachable
    assert not talk.stored


def test_a_question_in_between_is_answered_and_then_asked_again_twice_at_most() -> None:
    talk = Talk()
    talk.says(CALL_ME, YES)
    prompts = [talk.say(QUESTION).prompt for _ in range(4)]
    assert prompts == [ENGLISH.ask_name, ENGLISH.ask_name, "", ""]
    assert talk.say(ANNA).progress.step is LeadStep.ASKING_EMAIL


def test_no_ends_the_flow_and_is_remembered() -> None:
    talk = Talk()
    assert talk.says(CALL_ME, NO) == ["offered", "declined"]
    quiet = [talk.say(QUESTION, unanswered=True).prompt for _ in range(RULES.quiet_turns)]
    assert quiet == [""] * RULES.quiet_turns
    assert talk.say(QUESTION, unanswered=True).progress.step is LeadStep.OFFERED


def test_whoever_asks_for_a_person_is_offered_one_even_after_a_no() -> None:
    talk = Talk()
    assert talk.says(CALL_ME, NO, CALL_ME) == ["offered", "declined", "offered"]


def test_no_to_a_further_question_does_not_take_back_the_address() -> None:
    talk = Talk()
    talk.says(CALL_ME, YES, ANNA, EMAIL)
    assert talk.says(NO, YES) == ["confirming", "captured"]


def test_no_to_the_consent_forgets_everything() -> None:
    talk = Talk()
    talk.says(EMAIL, SKIP, SKIP)
    assert talk.progress.step is LeadStep.CONFIRMING
    talk.say(NO)
    assert (talk.progress.step, talk.progress.details, talk.progress.said) == (LeadStep.DECLINED, {}, ())
    assert not talk.stored


def test_what_is_wrong_in_the_question_for_consent_is_asked_for_again() -> None:
    talk = Talk()
    talk.says(EMAIL, ANNA, PHONE)
    asked = talk.say(Reading(decision=Decision.DECLINE, mistaken=frozenset({Detail.PHONE})))
    assert asked.says == f"{ENGLISH.mistaken} {ENGLISH.ask_phone}"
    assert talk.says(Reading(phone="+49301111111"), YES) == ["confirming", "captured"]
    assert talk.stored[-2:] == [(Detail.PHONE, "+49301234567", True), (Detail.PHONE, "+49301111111", False)]


@pytest.mark.parametrize("said", [(), (EMAIL,), (EMAIL, ANNA), (EMAIL, ANNA, SKIP), (CALL_ME, YES, ANNA, EMAIL)])
def test_who_takes_back_what_they_gave_leaves_nothing(said: tuple[Reading, ...]) -> None:
    talk = Talk()
    talk.says(*said)
    after = talk.say(Reading(withdraws=True))
    assert (after.progress.step, after.progress.details, after.progress.said) == (LeadStep.DECLINED, {}, ())
    assert (after.says, after.withdraws) == (ENGLISH.discarded, False)


def test_who_takes_back_a_lead_is_told_that_it_is_deleted() -> None:
    talk = Talk()
    talk.says(EMAIL, SKIP, SKIP, YES)
    after = talk.say(Reading(withdraws=True))
    assert (after.says, after.withdraws, after.progress.details) == (ENGLISH.withdrawn, True, {})


def test_a_yes_after_a_no_brings_the_offer_back() -> None:
    talk = Talk()
    assert talk.says(CALL_ME, NO, YES, YES) == ["offered", "declined", "offered", "asking_name"]


def test_the_hint_is_about_what_was_meant_to_be_given() -> None:
    talk = Talk()
    talk.says(CALL_ME, YES, ANNA)
    assert talk.say(Reading(bad_phone=True)).says == ENGLISH.bad_phone


def test_a_correction_before_the_consent_is_what_is_confirmed() -> None:
    talk = Talk()
    talk.says(EMAIL, ANNA, SKIP)
    right = talk.say(Reading(email="anne@example.com", corrects=True))
    assert "anne@example.com" in right.prompt
    talk.say(YES)
    assert talk.stored == [
        (Detail.EMAIL, "anna@example.com", True),
        (Detail.NAME, "Anna", False),
        (Detail.EMAIL, "anne@example.com", False),
    ]


def test_a_correction_after_the_capture_is_stored_at_once() -> None:
    talk = Talk()
    talk.says(EMAIL, ANNA, SKIP, YES)
    after = talk.say(Reading(email="anne@example.com", corrects=True))
    assert [said.value for said in after.stores] == ["anne@example.com"]
    assert (after.progress.step, after.consent) == (LeadStep.CAPTURED, "")


def test_an_impossible_address_gets_one_hint_and_is_then_left_out() -> None:
    talk = Talk()
    talk.says(CALL_ME, YES, ANNA)
    assert talk.say(BAD_EMAIL).says == ENGLISH.bad_email
    assert talk.say(BAD_EMAIL).progress.step is LeadStep.ASKING_PHONE


@pytest.mark.parametrize(
    ("answer", "kept"), [(YES, "anna@gmail.com"), (NO, "anna@gmial.com"), (QUESTION, "anna@gmial.com")]
)
def test_a_likely_typo_is_asked_about_once(answer: Reading, kept: str) -> None:
    talk = Talk()
    asked = talk.say(Reading(email="anna@gmial.com", suggestion="anna@gmail.com"))
    assert (asked.prompt, asked.quick_replies) == ("Did you mean anna@gmail.com?", ("Yes", "No"))
    assert talk.say(answer).progress.step is LeadStep.ASKING_NAME
    assert talk.progress.details[Detail.EMAIL] == kept


def test_contact_is_offered_where_the_documents_do_not_tell() -> None:
    assert Talk().say(QUESTION, unanswered=True).progress.step is LeadStep.OFFERED


def test_contact_is_offered_after_some_answers_and_not_before() -> None:
    talk = Talk()
    assert talk.says(*[QUESTION] * 4) == ["idle", "idle", "idle", "offered"]


def test_a_name_alone_is_remembered_and_starts_nothing() -> None:
    talk = Talk()
    assert talk.says(replace(QUESTION, name="Anna"), EMAIL) == ["idle", "asking_phone"]


def test_after_the_capture_a_wish_to_be_called_is_reassured() -> None:
    talk = Talk()
    talk.says(EMAIL, SKIP, SKIP, YES)
    assert talk.say(CALL_ME).reply.startswith("Your details have been passed on")


@pytest.mark.parametrize(
    ("message", "nothing"),
    [("hello", True), ("Thanks!", True), ("danke", True), ("why?", False), ("refunds", False), ("😡", False)],
)
def test_hello_and_thanks_are_told_from_questions(message: str, nothing: bool) -> None:
    assert says_nothing(message) is nothing


def test_small_talk_is_answered_in_kind_and_asks_no_document() -> None:
    heard = hear(Progress(), Reading(), "turn", Pleasantry.OTHER)
    assert not heard.wants_answer
    assert advance(Situation(heard, Turn(9), ENGLISH, RULES)).says == ENGLISH.small_talk


@pytest.mark.parametrize("language", [*WORDINGS])
def test_every_language_says_everything(language: str) -> None:
    wording = WORDINGS[language]
    said: dict[str, Any] = {name: getattr(wording, name) for name in wording.__slots__}
    assert all(text.strip() for name, text in said.items() if name != "joint")
    assert all(("{company}" in text) == ("{company}" in getattr(ENGLISH, name)) for name, text in said.items())
