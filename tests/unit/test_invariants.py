"""Shows that the invariants hold for the product's own moves, and that each broken one is noticed."""

import pytest
from sqlalchemy import insert, update

from shared.db.claims import Claim, Finished, Outcome
from shared.db.models import leads, turns
from shared.vocabulary import TurnStatus
from tests.factories import claimed, open_session, post
from tests.invariants import check_invariants, observe
from tests.stack import Stack


async def two_turns(stack: Stack) -> str:
    """Return a session with two turns waiting."""
    session = await open_session(stack.database)
    for name in ("first", "second"):
        await post(stack.database, session, name)
    return session.id


async def answer(stack: Stack, session_id: str) -> Claim:
    claim = await claimed(stack.database, session_id)
    ended = await stack.database.stepwise(lambda uow: uow.claims.finish(claim, Outcome(TurnStatus.DONE, "Hello")))
    assert ended is Finished.NOW
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
    await stack.database.stepwise(lambda uow: uow.claims.claim([session_id], "worker", 10))
    await force(stack, 2, status="running", fence=1)
    with pytest.raises(AssertionError, match=r"turn 2, fence 1, was begun while turn 1 ran\n.*before turn 1 ended"):
        await check_invariants(stack.database)


async def test_a_hole_in_the_sequence_is_noticed(stack: Stack) -> None:
    session_id = await two_turns(stack)
    await answer(stack, session_id)
    await answer(stack, session_id)
    async with stack.database.engine.begin() as connection:
        await connection.execute(update(turns).where(turns.c.seq == 2).values(seq=3))
    with pytest.raises(AssertionError, match=r"seqs \[1, 3\] are not dense"):
        await check_invariants(stack.database)


async def test_a_lead_that_breaks_a_rule_is_noticed(stack: Stack) -> None:
    async with stack.database.engine.begin() as connection:
        await connection.execute(insert(leads).values(name="Nobody gave this"))
    with pytest.raises(AssertionError, match=r"lead \d+ does not show the name that holds"):
        await check_invariants(stack.database)
