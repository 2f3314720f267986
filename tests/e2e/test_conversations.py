"""Five hundred made-up visitors talk to a desk: no lead is lost, none is invented, and capture keeps its own rules."""

import asyncio
from typing import Any, Final

from sqlalchemy import select

from shared.db.models import leads
from shared.vocabulary import LeadStatus
from tests.invariants import check_invariants
from tests.processes import Desk, running
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.talking.people import Person, person
from tests.talking.talk import opening, reply
from workers.domain.leads.flow import STEP_OF
from workers.handlers.expire_sessions import expire_some

SEED: Final = 20261126
PEOPLE: Final = 500
AT_ONCE: Final = 24
CAPTURING: Final = {*STEP_OF.values(), "offered", "confirming"}


async def test_five_hundred_conversations_lose_no_lead_and_invent_none(production_stack: Stack, llm: StubLLM) -> None:
    llm.behaviour.first_token_seconds, llm.behaviour.tokens, llm.behaviour.tokens_per_second = 0, 5, 1000
    people = [person(number, SEED) for number in range(PEOPLE)]
    async with running(production_stack, llm=llm, lead_capture=True, worker_slots=64) as desk:
        room = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(_converse(one, desk, room) for one in people))
    await _end_sessions(production_stack)
    await check_invariants(production_stack.database)
    stored = {lead.email or lead.phone: lead for lead in await _stored(production_stack)}
    expected = {
        one.given["email"] if "email" in one.given else one.given["phone"]: one for one in people if _is_lead(one)
    }
    assert stored.keys() == expected.keys()
    assert {key: _row(lead) for key, lead in stored.items()} == {key: _kept(one) for key, one in expected.items()}


async def _converse(one: Person, desk: Desk, room: asyncio.Semaphore) -> None:
    async with room, desk.visitor() as visitor:
        await visitor.open()
        message: str | None = opening(one)
        while message is not None:
            turn = await visitor.ask(message)
            assert turn["answer"].strip(), f"nothing was said to person {one.number}"
            message = reply(one, (await visitor.session())["lead"]["step"])


def _is_lead(one: Person) -> bool:
    return not one.objected and bool(one.given.keys() & {"email", "phone"})


def _kept(one: Person) -> tuple[str | None, str | None, str | None, str]:
    status = LeadStatus.CAPTURED if one.consented else LeadStatus.PARTIAL
    return one.given.get("name"), one.given.get("email"), one.given.get("phone"), status


def _row(lead: Any) -> tuple[str | None, str | None, str | None, str]:
    return lead.name, lead.email, lead.phone, lead.status


async def _stored(stack: Stack) -> list[Any]:
    async with stack.database.engine.connect() as connection:
        return [*(await connection.execute(select(leads)))]


async def _end_sessions(stack: Stack) -> None:
    async with stack.database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE sessions SET expires_at = '2001-01-01 00:00:00'")
    while await stack.database.write(expire_some):
        pass
