"""A crowd of made-up visitors at a desk, and the leads that have to come of it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text

from shared.db.models import leads
from shared.vocabulary import LeadStatus, LeadStep
from tests.processes import Desk
from tests.stack import Stack
from tests.talking.people import Person
from tests.talking.talk import opening, reply
from workers.domain.leads.hearing import STEP_OF
from workers.domain.leads.transitions import TRANSITIONS, Move, Signal
from workers.handlers.expire_sessions import expire_some

Kept = tuple[str | None, str | None, str | None, str]
"""A lead's name, address, number and status."""


async def converse(people: Sequence[Person], desk: Desk, at_once: int) -> None:
    """Have everybody talk until they go away, so many at once; each turn has to say something."""
    room = asyncio.Semaphore(at_once)
    await asyncio.gather(*(_converse(one, desk, room) for one in people))


async def stored_leads(stack: Stack) -> dict[str | None, Kept]:
    """End every session, and return the leads by the way to reach them."""
    async with stack.database.engine.begin() as connection:
        await connection.execute(text("UPDATE sessions SET expires_at = '2001-01-01 00:00:00'"))
    while await stack.database.write(expire_some):
        pass
    async with stack.database.engine.connect() as connection:
        rows = (await connection.execute(select(leads))).all()
    assert len({row.email or row.phone for row in rows}) == len(rows)
    return {row.email or row.phone: _kept(row) for row in rows}


def expected_leads(people: Sequence[Person]) -> dict[str | None, Kept]:
    """Return the leads that these have become, as each of them knows."""
    return {
        one.given.get("email") or one.given.get("phone"): _meant(one)
        for one in people
        if not one.objected and one.given.keys() & {"email", "phone"}
    }


def steps_after(step: LeadStep) -> set[LeadStep]:
    """Return where the table can lead from a step."""
    asking = {*STEP_OF.values(), LeadStep.CONFIRMING, LeadStep.DECLINED}
    leads_to = {
        Move.OFFER: {LeadStep.OFFERED},
        Move.ASK_ON: asking,
        Move.SKIP: asking,
        Move.HINT: {step, *asking},
        Move.DECLINE: {LeadStep.DECLINED},
        Move.DISCARD: {LeadStep.DECLINED},
        Move.CAPTURE: {LeadStep.CAPTURED},
    }
    moves = [TRANSITIONS[step, signal] for signal in Signal]
    return {after for move in moves for after in leads_to.get(move, {step})}


async def _converse(one: Person, desk: Desk, room: asyncio.Semaphore) -> None:
    async with room, desk.visitor() as visitor:
        await visitor.open()
        message: str | None = opening(one)
        step = LeadStep.IDLE
        while message is not None:
            turn = await visitor.ask(message, within=60)
            assert turn["answer"].strip(), f"nothing was said to person {one.number}"
            before, step = step, LeadStep((await visitor.session())["lead"]["step"])
            assert step in steps_after(before), f"person {one.number} was taken from {before} to {step}"
            message = reply(one, step)


def _meant(one: Person) -> Kept:
    status = LeadStatus.CAPTURED if one.consented else LeadStatus.PARTIAL
    return one.given.get("name"), one.given.get("email"), one.given.get("phone"), status


def _kept(row: Any) -> Kept:
    return row.name, row.email, row.phone, row.status
