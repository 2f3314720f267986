"""A lead is stored once, whoever gives what of it in which order, and every change of it is on its way to the sheet."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event

from shared.db.leads import Given
from shared.db.models import lead_keys, lead_values
from shared.db.selfcheck import broken_rules
from shared.db.unit_of_work import Database
from shared.vocabulary import Detail, LeadStatus, Target
from tests.integration.lead_store import alive, amend, capture, due, email, name, phone, row, rows, values
from tests.stack import Stack

NEW, SAME = 6, 4  # statements; a commit comes on top
ANNA = (name("Anna"), email("anna@example.com"))


@pytest.fixture
async def database(stack: Stack) -> AsyncIterator[Database]:
    """Give a database in which every rule holds after the test, too."""
    yield stack.database
    assert await broken_rules(stack.database) == []


async def test_the_same_person_is_one_lead_and_the_same_details_change_nothing(database: Database) -> None:
    first = await capture(database, *ANNA, consent_text="May we?", session_id="s1")
    before, history = await row(database, first), await values(database)
    assert await capture(database, *ANNA, consent_text="May we?", session_id="s1") == first
    assert await row(database, first) == before
    assert await values(database) == history
    assert await due(database) == {str(first): before.version}


async def test_sessions_that_say_the_same_in_turn_change_nothing_and_are_noted_once_each(database: Database) -> None:
    lead = await capture(database, *ANNA, session_id="s1")
    before = await row(database, lead)
    for session_id in ("s2", "s1", "s2", "s1"):
        await capture(database, *ANNA, session_id=session_id)
    assert await row(database, lead) == before
    assert await values(database) == [
        ("Anna", False),
        ("anna@example.com", False),
        ("Anna", True),
        ("anna@example.com", True),
    ]


async def test_an_address_of_one_lead_and_a_number_of_another_make_them_one(database: Database) -> None:
    anna = await capture(database, *ANNA)
    other = await capture(database, name("A. Smith"), phone("+49301234567"))
    assert anna != other
    assert await capture(database, email("Anna@Example.com"), phone("+49301234567")) == anna
    merged, gone = await row(database, anna), await row(database, other)
    assert (merged.name, merged.email, merged.phone) == ("A. Smith", "Anna@Example.com", "+49301234567")
    assert (gone.merged_into, gone.name, gone.email, gone.phone) == (anna, None, None, None)
    assert await due(database) == {str(anna): merged.version, str(other): gone.version}


async def test_leads_merged_one_after_another_all_end_in_the_oldest(database: Database) -> None:
    a, b, c = [await capture(database, email(f"{one}@example.com")) for one in "abc"]
    assert await capture(database, email("b@example.com"), email("c@example.com")) == b
    assert await capture(database, email("c@example.com"), email("a@example.com")) == a
    assert [one.merged_into for one in await rows(database)] == [None, a, a]
    for address in ("a@example.com", "b@example.com", "c@example.com"):
        assert await capture(database, email(address)) == a
    assert await capture(database, phone("+49301"), known=c) == await capture(database, phone("+49301")) == a
    assert await alive(database) == [a]


async def test_a_merged_lead_is_captured_if_either_was_and_keeps_the_first_consent(database: Database) -> None:
    partial = await capture(database, email("a@example.com"), status=LeadStatus.PARTIAL)
    whole = await capture(database, phone("+49301"), consent_text="May we call?", session_id="s1")
    consented = await row(database, whole)
    both = (email("a@example.com"), phone("+49301"))
    await capture(database, *both, status=LeadStatus.PARTIAL, consent_text="May we write?", session_id="s2")
    merged = await row(database, partial)
    assert merged.status == LeadStatus.CAPTURED
    assert (merged.consent_text, merged.consent_at) == (
        "May we call?",
        (await rows(database, lead_values))[2].created_at,
    )
    assert abs((merged.consent_at - consented.consent_at).total_seconds()) < 1


async def test_a_captured_lead_never_falls_back_to_partial(database: Database) -> None:
    lead = await capture(database, *ANNA)
    await capture(database, name("Anna Smith"), known=lead, status=LeadStatus.PARTIAL)
    await amend(database, lead, name("Dr Anna Smith"))
    assert ((await row(database, lead)).status, (await row(database, lead)).name) == ("captured", "Dr Anna Smith")


async def test_the_first_consent_stays(database: Database) -> None:
    lead = await capture(database, *ANNA, consent_text="May we?", session_id="s1")
    before = await row(database, lead)
    await capture(database, *ANNA, consent_text="And now?", session_id="s2")
    assert await row(database, lead) == before
    assert [one.value for one in await rows(database, lead_values) if one.kind == Detail.CONSENT] == [
        "May we?",
        "And now?",
    ]


async def test_a_lead_whose_number_is_unknown_is_taken_for_nobody(database: Database) -> None:
    lead = await capture(database, *ANNA, known=4711)
    assert await amend(database, 4711, email("b@example.com")) is None
    assert await alive(database) == [lead]
    assert len(await rows(database, lead_keys)) == 1


async def test_what_an_operator_puts_right_may_show_that_two_leads_are_one(database: Database) -> None:
    anna = await capture(database, *ANNA)
    other = await capture(database, phone("+49301"))
    assert await amend(database, other, email("anna@example.com")) == anna
    assert await alive(database) == [anna]


async def test_a_message_is_news_and_no_column(database: Database) -> None:
    lead = await capture(database, *ANNA)
    before = await row(database, lead)
    for _ in range(2):
        await capture(database, *ANNA, Given(Detail.MESSAGE, "Call me"))
        assert (await row(database, lead)).version == before.version + 1


async def test_a_webhook_hears_of_captured_leads_once_as_new_and_then_as_changed(database: Database) -> None:
    lead = await capture(database, *ANNA, status=LeadStatus.PARTIAL, announce=True)
    assert await due(database, Target.WEBHOOK) == {}
    await capture(database, *ANNA, announce=True)
    assert await due(database, Target.WEBHOOK) == {f"{lead}:captured": 2}
    await capture(database, *ANNA, announce=True)
    assert await due(database, Target.WEBHOOK) == {f"{lead}:captured": 2}
    await capture(database, *ANNA, phone("+49301"), announce=True)
    assert await due(database, Target.WEBHOOK) == {f"{lead}:captured": 2, f"{lead}:updated": 3}


async def test_what_a_webhook_was_to_hear_of_a_merged_lead_it_hears_of_the_one_that_is_left(database: Database) -> None:
    first = await capture(database, email("a@example.com"), status=LeadStatus.PARTIAL)
    await capture(database, phone("+49301"), announce=True)
    await capture(database, email("a@example.com"), phone("+49301"))
    assert await due(database, Target.WEBHOOK) == {f"{first}:captured": (await row(database, first)).version}


async def test_a_webhook_hears_of_a_merged_lead_even_where_the_one_that_is_left_shows_nothing_new(
    database: Database,
) -> None:
    first = await capture(database, *ANNA, session_id="s1")
    second = await capture(database, phone("+49301"), session_id="s2", announce=True)
    await capture(database, *ANNA, phone("+49302"), session_id="s1")
    await capture(database, *ANNA, session_id="s2", known=second)
    assert (await row(database, first)).phone == "+49302"
    assert await due(database, Target.WEBHOOK) == {f"{first}:updated": (await row(database, first)).version}


async def test_a_capture_costs_few_trips_to_the_database(production_stack: Stack) -> None:
    statements: list[str] = []
    database = production_stack.database
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    for most in (NEW, SAME):
        statements.clear()
        await capture(database, *ANNA, phone("+49301"), consent_text="May we?", session_id="s1", announce=True)
        assert len(statements) <= most, "\n".join(statements)
