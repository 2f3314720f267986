"""Every rule that leads can break is noticed when it is broken, and told without a word of anybody's."""

from typing import Any

import pytest
from sqlalchemy import Table, insert, update

from shared.db.columns import utc_now
from shared.db.lead_states import LeadState
from shared.db.models import lead_keys, lead_values, leads, outbox
from shared.db.selfcheck import BATCH, broken_rules
from shared.ids import hash_of
from shared.vocabulary import Detail, LeadStatus, LeadStep
from tests.factories import open_session
from tests.integration.lead_store import capture, email, erase, name, phone
from tests.stack import Stack

KEY = hash_of("anything")


async def three_leads(stack: Stack) -> tuple[int, int, int]:
    """Return a lead, one that was merged into it, and an erased one; they break no rule."""
    first = await capture(stack.database, name("Anna"), email("anna@example.com"), consent_text="May we?")
    second = await capture(stack.database, phone("+49301"))
    await capture(stack.database, email("anna@example.com"), phone("+49301"))
    third = await capture(stack.database, email("ben@example.com"))
    await erase(stack.database, third)
    return first, second, third


async def change(stack: Stack, table: Table, condition: Any, **columns: Any) -> None:
    async with stack.database.engine.begin() as connection:
        await connection.execute(update(table).where(condition).values(**columns))


NAME, CONSENT = lead_values.c.kind == Detail.NAME, lead_values.c.kind == Detail.CONSENT
TAMPERED: dict[str, tuple[Table, Any, dict[str, Any]]] = {
    "lead 1 does not show the name that holds": (leads, leads.c.id == 1, {"name": "Eve"}),
    "lead 1 does not show the consent_text that holds": (leads, leads.c.id == 1, {"consent_text": None}),
    "lead 1 does not go by the keys of what was given": (lead_keys, lead_keys.c.lead_id == 2, {"hash": KEY}),
    "lead 1 waits for the sheet at a version that it is not at": (leads, leads.c.id == 1, {"version": 9}),
    "lead 2 waits for the sheet at a version that it is not at": (outbox, outbox.c.object_key == "2", {"version": 9}),
    "lead 2 was merged and still shows details": (leads, leads.c.id == 2, {"phone": "+49302"}),
    "lead 2 is not erased as lead 1 is": (leads, leads.c.id == 2, {"status": LeadStatus.ERASED.value}),
    "lead 3 is erased and not blank": (leads, leads.c.id == 3, {"intent_summary": "Wants a demo"}),
    "lead 3 is erased and not forgotten": (lead_values, CONSENT, {"lead_id": 3}),
    "lead 1 has values at a lead that was merged into it": (lead_values, NAME, {"lead_id": 2}),
    "lead 1 does not tell what holds from what was superseded": (lead_values, NAME, {"superseded_at": utc_now()}),
    "lead 2 was merged into one that is not older, or is merged itself": (leads, leads.c.id == 1, {"merged_into": 2}),
    f"a key, {KEY}, is nobody's": (lead_keys, lead_keys.c.lead_id == 2, {"hash": KEY, "lead_id": None}),
}


@pytest.mark.parametrize("rule", TAMPERED)
async def test_a_rule_that_is_broken_is_told(stack: Stack, rule: str) -> None:
    await three_leads(stack)
    assert await broken_rules(stack.database) == []
    table, condition, columns = TAMPERED[rule]
    await change(stack, table, condition, **columns)
    assert rule in await broken_rules(stack.database)


async def test_a_session_that_remembers_an_erased_lead_is_told(stack: Stack) -> None:
    *_, erased = await three_leads(stack)
    session = await open_session(stack.database)
    state = LeadState(LeadStep.CAPTURED, lead_id=erased)
    await stack.database.write(lambda uow: uow.lead_states.put(session.id, state))
    assert await broken_rules(stack.database) == [f"session {session.id} has an erased lead"]


async def test_leads_beyond_the_first_batch_are_checked(stack: Stack) -> None:
    async with stack.database.engine.begin() as connection:
        blank = {"status": LeadStatus.PARTIAL.value}
        await connection.execute(insert(leads), [blank] * (BATCH + 1))
    assert await broken_rules(stack.database) == []
    await change(stack, leads, leads.c.id == BATCH + 1, name="Eve")
    assert await broken_rules(stack.database) == [f"lead {BATCH + 1} does not show the name that holds"]
