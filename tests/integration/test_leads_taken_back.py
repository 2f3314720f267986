"""What was wrong is nobody's, what a session takes back is gone, and what others gave is left."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.db.lead_states import LeadState
from shared.db.models import lead_keys, lead_states, lead_values
from shared.db.selfcheck import broken_rules
from shared.db.unit_of_work import Database
from shared.vocabulary import Detail, LeadStatus, LeadStep, Target
from tests.factories import open_session
from tests.integration.lead_store import (
    alive,
    amend,
    by_operator,
    capture,
    due,
    email,
    erase,
    name,
    phone,
    row,
    rows,
    summarise,
    values,
    withdraw,
)
from tests.stack import Stack

ANNA = (name("Anna"), email("anna@example.com"))
WRONG: dict[str, Any] = {"corrected": [Detail.EMAIL]}


@pytest.fixture
async def database(stack: Stack) -> AsyncIterator[Database]:
    """Give a database in which every rule holds after the test, too."""
    yield stack.database
    assert await broken_rules(stack.database) == []


async def test_a_corrected_address_is_kept_and_is_the_lead_s_no_more(database: Database) -> None:
    lead = await capture(database, *ANNA, session_id="s1")
    assert await capture(database, email("anne@example.com"), session_id="s1", known=lead, **WRONG) == lead
    assert (await row(database, lead)).email == "anne@example.com"
    assert await values(database) == [("Anna", True), ("anna@example.com", False), ("anne@example.com", True)]
    assert await capture(database, email("anna@example.com"), session_id="s2") != lead
    assert await capture(database, email("anne@example.com"), session_id="s3") == lead


async def test_a_correction_finds_the_lead_by_what_it_corrects(database: Database) -> None:
    lead = await capture(database, *ANNA, session_id="s1")
    assert await capture(database, email("anne@example.com"), session_id="s1", **WRONG) == lead


async def test_an_address_that_somebody_else_gave_too_stays_the_lead_s(database: Database) -> None:
    lead = await capture(database, *ANNA, session_id="s1")
    await capture(database, *ANNA, session_id="s2")
    await capture(database, email("anne@example.com"), session_id="s2", **WRONG)
    assert await capture(database, email("anna@example.com"), session_id="s3") == lead


async def test_an_address_that_was_only_spelled_differently_stays_the_lead_s(database: Database) -> None:
    lead = await capture(database, email("ANNA@example.com"), session_id="s1")
    await capture(database, email("Anna@example.com"), session_id="s1", **WRONG)
    assert (await row(database, lead)).email == "Anna@example.com"
    assert await capture(database, email("anna@example.com"), session_id="s2") == lead


async def test_an_address_that_is_corrected_at_once_makes_nobody_the_same(database: Database) -> None:
    anna = await capture(database, *ANNA, session_id="s1")
    typo = (name("Anno"), email("anna@example.com"), email("anno@example.com"))
    assert await capture(database, *typo, session_id="s2", **WRONG) != anna
    assert await capture(database, email("anna@example.com"), session_id="s3") == anna


async def test_an_address_that_turns_out_right_after_all_is_the_lead_s_again(database: Database) -> None:
    lead = await capture(database, *ANNA, session_id="s1")
    await capture(database, email("anne@example.com"), session_id="s1", **WRONG)
    await capture(database, email("anna@example.com"), session_id="s1", known=lead, **WRONG)
    assert (await row(database, lead)).email == "anna@example.com"
    assert await capture(database, *ANNA, session_id="s2") == lead
    assert await capture(database, email("anne@example.com"), session_id="s3") != lead


async def test_a_detail_that_was_wrong_and_has_no_right_one_yet_is_blank(database: Database) -> None:
    lead = await capture(database, *ANNA, phone("+49301"), session_id="s1")
    await capture(database, phone("+49301"), session_id="s1", **WRONG)
    assert (await row(database, lead)).email is None
    assert await capture(database, *ANNA, session_id="s2") != lead


async def test_a_wrong_address_does_not_come_back_with_what_took_its_place(database: Database) -> None:
    lead = await capture(database, *ANNA, phone("+49301"), session_id="s1")
    await capture(database, email("anne@example.com"), session_id="s1", known=lead, **WRONG)
    await capture(database, email("a@example.com"), phone("+49301"), session_id="s2")
    await withdraw(database, "s2")
    assert (await row(database, lead)).email == "anne@example.com"


async def test_what_a_session_takes_back_leaves_what_others_gave(database: Database) -> None:
    lead = await capture(database, *ANNA, session_id="s1")
    await capture(database, email("anna@example.com"), phone("+49301234567"), session_id="s2")
    await withdraw(database, "s2")
    after = await row(database, lead)
    assert (after.name, after.email, after.phone) == ("Anna", "anna@example.com", None)
    await withdraw(database, "s1")
    erased = await row(database, lead)
    assert (erased.status, erased.name, erased.email) == (LeadStatus.ERASED, None, None)
    assert await rows(database, lead_values) == []
    assert await due(database) == {str(lead): erased.version}
    assert await capture(database, *ANNA) != lead


async def test_somebody_who_types_another_s_address_and_takes_it_back_changes_nothing(database: Database) -> None:
    lead = await capture(database, *ANNA, consent_text="May we?", session_id="victim")
    before = await row(database, lead)
    await capture(database, *ANNA, consent_text="May we?", session_id="attacker")
    await withdraw(database, "attacker")
    assert await row(database, lead) == before
    await capture(database, email("ANNA@example.com"), name("Fool"), session_id="attacker", status=LeadStatus.PARTIAL)
    await withdraw(database, "attacker")
    after = await row(database, lead)
    assert (after.name, after.email, after.consent_at) == (before.name, before.email, before.consent_at)
    assert await due(database) == {str(lead): after.version}


async def test_a_wrong_address_of_one_lead_is_not_taken_from_the_lead_that_it_belongs_to(database: Database) -> None:
    wrong = await capture(database, email("bob@example.com"), phone("+49301"), session_id="s1")
    await capture(database, email("anna@example.com"), session_id="s1", known=wrong, **WRONG)
    bob = await capture(database, email("bob@example.com"), session_id="s2")
    await withdraw(database, "s1")
    assert (await row(database, bob)).email == "bob@example.com"
    assert await capture(database, email("bob@example.com")) == bob


async def test_a_consent_that_is_taken_back_leaves_the_next(database: Database) -> None:
    lead = await capture(database, *ANNA, consent_text="First", session_id="s1")
    await capture(database, *ANNA, consent_text="Second", session_id="s2")
    await capture(database, *ANNA, session_id="s3")
    await withdraw(database, "s1")
    assert (await row(database, lead)).consent_text == "Second"
    await withdraw(database, "s2")
    assert ((await row(database, lead)).consent_text, (await row(database, lead)).consent_at) == (None, None)


async def test_what_operators_put_right_of_somebody_goes_with_what_it_put_right(database: Database) -> None:
    lead = await capture(database, *ANNA, session_id="s1")
    await amend(database, lead, email("anna.smith@example.com"))
    await withdraw(database, "s1")
    assert (await row(database, lead)).status == LeadStatus.ERASED
    assert await rows(database, lead_values) == []


async def test_what_operators_put_right_stays_while_others_have_given_something(database: Database) -> None:
    lead = await capture(database, *ANNA, session_id="s1")
    await capture(database, *ANNA, session_id="s2")
    await amend(database, lead, name("Dr Anna"))
    await withdraw(database, "s1")
    assert (await row(database, lead)).name == "Dr Anna"


async def test_a_lead_that_operators_began_is_not_somebody_s_to_erase(database: Database) -> None:
    lead = await capture(database, by_operator(email("anna@example.com")))
    await capture(database, *ANNA, session_id="attacker")
    await withdraw(database, "attacker")
    assert ((await row(database, lead)).name, (await row(database, lead)).email) == (None, "anna@example.com")


async def test_of_an_erased_lead_and_all_that_became_part_of_it_nothing_is_left(database: Database) -> None:
    session = await open_session(database)
    first = await capture(database, *ANNA, session_id=session.id, consent_text="May we?", announce=True)
    state = LeadState(LeadStep.CAPTURED, {"name": "Anna"}, 1, first)
    await database.write(lambda uow: uow.lead_states.put(session.id, state))
    second = await capture(database, phone("+49301"), session_id="s2", announce=True)
    await summarise(database, second, "Wants a demo", 3)
    await capture(database, *ANNA, phone("+49301"), session_id="s3")
    assert await erase(database, second) == sorted([session.id, "s2", "s3"])
    assert [one.status for one in await rows(database)] == [LeadStatus.ERASED] * 2
    assert [one.merged_into for one in await rows(database)] == [None, first]
    assert await rows(database, lead_values) == await rows(database, lead_keys) == []
    assert await due(database) == {str(one.id): one.version for one in await rows(database)}
    assert await due(database, Target.WEBHOOK) == {}
    [left] = await rows(database, lead_states)
    assert (left.lead_id, left.pending, left.current_step) == (None, None, LeadStep.CAPTURED)
    assert await erase(database, first) == []
    assert await amend(database, first, name("Anna")) is None
    await summarise(database, first, "Wants a demo", 4)
    assert await capture(database, *ANNA, known=first) not in {first, second}


async def test_a_summary_is_taken_back_with_its_session(database: Database) -> None:
    first = await capture(database, *ANNA, session_id="s1")
    second = await capture(database, phone("+49301"), session_id="s2")
    await summarise(database, second, "Wants a demo", 3, session_id="s2")
    await capture(database, *ANNA, phone("+49301"), session_id="s1")
    assert (await row(database, first)).intent_summary == "Wants a demo"
    await withdraw(database, "s2")
    assert [one.intent_summary for one in await rows(database)] == [None, None]
    await summarise(database, first, "Wants a demo", 4, session_id="s2")
    assert (await row(database, first)).intent_summary is None


async def test_a_summary_that_comes_late_goes_to_what_the_lead_is_now_and_replaces_no_newer(database: Database) -> None:
    first = await capture(database, *ANNA, session_id="s1")
    second = await capture(database, phone("+49301"), session_id="s2")
    await capture(database, *ANNA, phone("+49301"), session_id="s2")
    await summarise(database, second, "Wants a demo", 3)
    await summarise(database, second, "Says hello", 2)
    merged = await row(database, first)
    assert (merged.intent_summary, merged.summarised_seq, merged.session_id) == ("Wants a demo", 3, "s2")
    await summarise(database, first, "Wants a demo", 5)
    again = await row(database, first)
    assert (again.summarised_seq, again.version) == (5, merged.version)
    assert await alive(database) == [first]


async def test_an_address_is_released_by_the_correction_that_makes_its_lead_part_of_another(database: Database) -> None:
    first = await capture(database, email("a@example.com"), session_id="s1")
    await capture(database, email("b@example.com"), session_id="s2")
    assert await capture(database, email("a@example.com"), session_id="s2", **WRONG) == first
    assert await capture(database, email("b@example.com"), session_id="s3") != first
