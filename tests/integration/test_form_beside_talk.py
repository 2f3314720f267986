"""The contact form and the talk beside it: whichever comes first, nothing that was given is lost."""

from typing import Any, Final

import pytest
from sqlalchemy import select

from shared.db.models import lead_values, leads
from shared.vocabulary import LeadStatus
from tests.eventually import eventually
from tests.processes import running
from tests.stack import Stack
from tests.stubs.llm import StubLLM

FORM: Final = {"name": "Anna Smith", "email": "anna@example.com", "consent": True}


async def test_what_was_typed_before_the_form_was_sent_is_part_of_the_lead(stack: Stack) -> None:
    async with running(stack, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        await visitor.ask("You can call me on +49 30 9018 20001")
        assert (await visitor.call("POST", "/v1/leads", json=FORM)).status == 202
        assert (await visitor.session())["lead"]["step"] == "captured"
    assert await _only_lead(stack) == ("Anna Smith", "anna@example.com", "+4930901820001", LeadStatus.CAPTURED)


@pytest.mark.parametrize("stack", ["production"], indirect=True)
async def test_a_turn_that_runs_while_the_form_is_sent_does_not_undo_it(stack: Stack, llm: StubLLM) -> None:
    async with running(stack, llm=llm, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.open()
        llm.behaviour.first_token_seconds = 1.0
        posted = await visitor.post("How do refunds work? You can call me on +49 30 9018 20002")
        await eventually(lambda: llm.open_responses == 1)
        assert (await visitor.call("POST", "/v1/leads", json=FORM)).status == 202
        await visitor.answer_of(posted)
        assert (await visitor.session())["lead"]["step"] == "captured"
    lead = await _only_lead(stack)
    assert lead == ("Anna Smith", "anna@example.com", "+4930901820002", LeadStatus.CAPTURED)


async def _only_lead(stack: Stack) -> tuple[Any, ...]:
    async with stack.database.engine.connect() as connection:
        [lead] = await connection.execute(select(leads.c.name, leads.c.email, leads.c.phone, leads.c.status))
        assert (await connection.execute(select(lead_values.c.id))).all()
    return tuple(lead)
