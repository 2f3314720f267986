"""A lead is stored once, whoever gives what of it in which order, and every change of it is on its way to the sheet."""

from typing import Any

from sqlalchemy import select

from shared.db.leads import Capture, Given
from shared.db.models import lead_values, leads
from shared.vocabulary import Detail, LeadStatus, Target
from tests.stack import Stack

ANNA = (Given(Detail.NAME, "Anna"), Given(Detail.EMAIL, "anna@example.com"))


async def capture(stack: Stack, *given: Given, session_id: str | None = None, **how: Any) -> int:
    what = Capture(session_id, given, LeadStatus.CAPTURED, **how)
    return await stack.database.write(lambda uow: uow.leads.capture(what))


async def row(stack: Stack, lead_id: int) -> Any:
    async with stack.database.engine.connect() as connection:
        return (await connection.execute(select(leads).where(leads.c.id == lead_id))).one()


async def values(stack: Stack) -> list[tuple[str, bool]]:
    async with stack.database.engine.connect() as connection:
        rows = await connection.execute(select(lead_values).order_by(lead_values.c.id))
        return [(one.value, one.superseded_at is None) for one in rows]


async def due(stack: Stack, target: Target = Target.SHEET) -> dict[str, int]:
    parcels = await stack.database.read(lambda uow: uow.outbox.due(target, 100))
    return {parcel.object_key: parcel.version for parcel in parcels}


async def test_the_same_person_is_one_lead_and_the_same_details_change_nothing(stack: Stack) -> None:
    first = await capture(stack, *ANNA, consent_text="May we?")
    before = await row(stack, first)
    assert await capture(stack, *ANNA, consent_text="May we?") == first
    assert await row(stack, first) == before
    assert await due(stack) == {str(first): before.version}


async def test_an_address_of_one_lead_and_a_number_of_another_make_them_one(stack: Stack) -> None:
    anna = await capture(stack, *ANNA)
    other = await capture(stack, Given(Detail.NAME, "A. Smith"), Given(Detail.PHONE, "+49301234567"))
    assert anna != other
    both = (Given(Detail.EMAIL, "Anna@Example.com"), Given(Detail.PHONE, "+49301234567"))
    assert await capture(stack, *both) == anna
    merged, gone = await row(stack, anna), await row(stack, other)
    assert (merged.name, merged.email, merged.phone) == ("A. Smith", "Anna@Example.com", "+49301234567")
    assert (gone.merged_into, gone.email, gone.phone) == (anna, None, None)
    assert await due(stack) == {str(anna): merged.version, str(other): gone.version}


async def test_a_corrected_address_is_kept_and_is_the_lead_s_no_more(stack: Stack) -> None:
    lead = await capture(stack, *ANNA, session_id="s1")
    right = Given(Detail.EMAIL, "anne@example.com")
    assert await capture(stack, right, session_id="s1", known=lead, corrected=[Detail.EMAIL]) == lead
    assert (await row(stack, lead)).email == "anne@example.com"
    assert await values(stack) == [("Anna", True), ("anna@example.com", False), ("anne@example.com", True)]
    assert await capture(stack, Given(Detail.EMAIL, "anna@example.com"), session_id="s2") != lead


async def test_what_a_session_takes_back_leaves_what_others_gave(stack: Stack) -> None:
    lead = await capture(stack, *ANNA, session_id="s1")
    await capture(stack, Given(Detail.EMAIL, "anna@example.com"), Given(Detail.PHONE, "+49301234567"), session_id="s2")
    await stack.database.write(lambda uow: uow.leads.withdraw("s2"))
    after = await row(stack, lead)
    assert (after.name, after.email, after.phone) == ("Anna", "anna@example.com", None)
    await stack.database.write(lambda uow: uow.leads.withdraw("s1"))
    erased = await row(stack, lead)
    assert (erased.status, erased.name, erased.email) == (LeadStatus.ERASED, None, None)
    assert await values(stack) == []
    assert await due(stack) == {str(lead): erased.version}
    assert await capture(stack, *ANNA) != lead
