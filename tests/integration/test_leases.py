"""Leases under the heartbeat: renewed while a turn is worked on, and let go when its end is stored."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from sqlalchemy import select

from shared.db.claims import Claim, Finished, Outcome
from shared.db.models import turns
from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.factories import claimed, open_session, post
from tests.stack import Stack
from workers.adapters.leases import Leases
from workers.ports import LeaseLost

OWNER = "worker"
DONE = Outcome(TurnStatus.DONE, "Hello")


@asynccontextmanager
async def beating(stack: Stack) -> AsyncIterator[Leases]:
    """Run what a worker process keeps its turns with, on a fast heartbeat."""
    leases = Leases(stack.database, OWNER, lease_seconds=60, heartbeat_seconds=0.02)
    running = asyncio.create_task(leases.run())
    yield leases
    running.cancel()


async def claimed_turn(stack: Stack) -> Claim:
    session = await open_session(stack.database)
    await post(stack.database, session)
    return await claimed(stack.database, session.id, OWNER)


async def two_heartbeats(stack: Stack, held: Claim) -> None:
    """Return once a turn that is held was renewed twice: what the first heartbeat found has had its effect by then."""
    for _ in range(2):
        before = await lease_until(stack, held)
        await eventually(lambda seen=before: _is_later(stack, held, seen))  # type: ignore[misc]


async def lease_until(stack: Stack, held: Claim) -> datetime:
    query = select(turns.c.lease_until).where(turns.c.id == held.turn_id)
    async with stack.database.engine.connect() as connection:
        until: datetime = (await connection.execute(query)).scalar_one()
        return until


async def _is_later(stack: Stack, held: Claim, seen: datetime) -> bool:
    return await lease_until(stack, held) > seen


async def test_a_turn_whose_end_is_stored_is_not_lost_to_a_heartbeat(stack: Stack) -> None:
    """Neither before whoever stores it has heard of that, nor while the end is told."""
    other, mine = await claimed_turn(stack), await claimed_turn(stack)
    async with beating(stack) as leases, leases.hold(other), leases.hold(mine) as lease:
        with lease.ending():
            assert await stack.database.write(lambda uow: uow.claims.finish(mine, DONE)) is Finished.NOW
            await two_heartbeats(stack, other)
        await two_heartbeats(stack, other)
        assert not lease.lost


async def test_a_turn_that_somebody_else_has_ended_is_lost_at_the_next_heartbeat(stack: Stack) -> None:
    mine = await claimed_turn(stack)
    async with beating(stack) as leases:
        with pytest.raises(LeaseLost):
            await _work_without_end(mine, leases, stack)


async def _work_without_end(mine: Claim, leases: Leases, stack: Stack) -> None:
    """Hold a turn that its visitor then cancels."""
    async with leases.hold(mine):
        await stack.database.write(lambda uow: uow.turns.cancel(mine.session_id, mine.turn_id))
        await asyncio.Event().wait()
