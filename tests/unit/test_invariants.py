"""Shows that the invariants hold for the product's own moves, and that each broken one is noticed."""

import pytest
from sqlalchemy import update

from shared.db.claims import Claim, Outcome
from shared.db.models import sessions, turns
from shared.db.turns import NewTurn
from shared.ids import new_id, new_token
from shared.vocabulary import TurnStatus
from tests.invariants import check_invariants, observe
from tests.stack import Stack


async def two_turns(stack: Stack) -> str:
    """Return a session with two turns waiting."""
    session_id, token = new_id(), new_token()
    await stack.database.write(lambda uow: uow.sessions.open(session_id, token, origin=None, locale=None, ttl=60))
    for name in ("first", "second"):
        new = NewTurn("Hello", name, max_waiting=3, deadline_seconds=60, session_ttl_seconds=60)
        await stack.database.write(lambda uow, new=new: uow.turns.post(token, new))  # type: ignore[misc]
    return session_id


async def answer(stack: Stack, session_id: str) -> Claim:
    claim = await stack.database.write(lambda uow: uow.claims.claim(session_id, "worker", 10))
    assert claim
    assert await stack.database.write(lambda uow: uow.claims.finish(claim, Outcome(TurnStatus.DONE, "Hello")))
    return claim


async def force(stack: Stack, seq: int, **values: object) -> None:
    async with stack.database.engine.begin() as connection:
        await connection.execute(update(turns).where(turns.c.seq == seq).values(**values))


async def test_turns_answered_in_order_break_nothing(stack: Stack) -> None:
    await observe(stack.database)
    session_id = await two_turns(stack)
    await answer(stack, session_id)
    await answer(stack, session_id)
    await check_invariants(stack.database)


async def test_an_open_turn_is_noticed(stack: Stack) -> None:
    session_id = await two_turns(stack)
    await answer(stack, session_id)
    with pytest.raises(AssertionError, match=r"turn 2 .* is still queued"):
        await check_invariants(stack.database)


async def test_a_second_commit_is_noticed(stack: Stack) -> None:
    await observe(stack.database)
    session_id = await two_turns(stack)
    await answer(stack, session_id)
    await answer(stack, session_id)
    await force(stack, 1, status="failed", error_code="late")
    with pytest.raises(AssertionError, match="turn 1, fence 1, moved from done to failed after its end"):
        await check_invariants(stack.database)


async def test_a_turn_begun_before_the_one_ahead_of_it_is_noticed(stack: Stack) -> None:
    await observe(stack.database)
    session_id = await two_turns(stack)
    await stack.database.write(lambda uow: uow.claims.claim(session_id, "worker", 10))
    await force(stack, 2, status="running", fence=1)
    with pytest.raises(AssertionError, match=r"turn 2, fence 1, was begun while turn 1 ran\n.*before turn 1 ended"):
        await check_invariants(stack.database)


async def test_a_hole_in_the_sequence_is_noticed(stack: Stack) -> None:
    session_id = await two_turns(stack)
    await answer(stack, session_id)
    await answer(stack, session_id)
    async with stack.database.engine.begin() as connection:
        await connection.execute(update(sessions).values(next_seq=4))
    with pytest.raises(AssertionError, match=r"seqs \[1, 2\] are not dense up to 3"):
        await check_invariants(stack.database)
