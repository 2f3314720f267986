"""A session whose time passes while its answer is still being made: first the answer, then the end."""

import asyncio

import pytest
from sqlalchemy import select

from shared.db.models import sessions
from shared.vocabulary import SessionStatus, TurnStatus
from tests.eventually import eventually
from tests.processes import running
from tests.sse import check_told
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.visitor import Refused, Visitor

TTL_SECONDS = 1.0
SLOW = "[[stub:slow:4]] How do refunds work?"


async def test_a_session_outlives_its_time_until_its_answer_is_delivered(stack: Stack, llm: StubLLM) -> None:
    """Fault 29: the model takes four times the session's time. The visitor hears it all; then the session is over."""
    ttl = {"session_ttl_minutes": TTL_SECONDS / 60}
    async with (
        running(stack, beats=1, llm=llm, **ttl) as desk,
        desk.visitor() as visitor,
        desk.visitor() as silent,
    ):
        await visitor.open()
        first = await visitor.post(SLOW)
        hearing = asyncio.create_task(visitor.follow(first))
        await silent.open()
        await eventually(lambda: _is_expired(stack, silent))  # so beat has looked at both since their time was over
        assert not await _is_expired(stack, visitor)
        assert (await visitor.turn(first))["status"] == TurnStatus.RUNNING
        assert (await visitor.session())["status"] == SessionStatus.ACTIVE
        second = await visitor.post("And then?")
        told = [await hearing, await visitor.follow(second)]
        await eventually(lambda: _is_expired(stack, visitor))
        await _check_that_it_is_over(visitor)
        kept = (await visitor.session())["turns"]
    assert [check_told(events)[seq] for seq, events in enumerate(told, start=1)] == [turn["answer"] for turn in kept]


async def test_without_beat_a_session_is_over_as_soon_as_anybody_looks(local_stack: Stack) -> None:
    """Fault 29: nothing has marked the session, and still it takes no message any more."""
    async with running(local_stack, session_ttl_minutes=TTL_SECONDS / 60) as desk, desk.visitor() as visitor:
        turn = await visitor.ask("How do refunds work?")
        await eventually(lambda: _says_that_it_is_over(visitor))
        await _check_that_it_is_over(visitor)
        assert (await visitor.session())["turns"][0]["answer"] == turn["answer"]
    assert not await _is_expired(local_stack, visitor)


async def _check_that_it_is_over(visitor: Visitor) -> None:
    assert (await visitor.session())["status"] == SessionStatus.EXPIRED
    with pytest.raises(Refused) as refused:
        await visitor.post("Hello?")
    assert (refused.value.status, refused.value.code) == (410, "session_expired")


async def _says_that_it_is_over(visitor: Visitor) -> bool:
    return bool((await visitor.session())["status"] == SessionStatus.EXPIRED)


async def _is_expired(stack: Stack, visitor: Visitor) -> bool:
    """Tell whether the session is marked as expired."""
    query = select(sessions.c.status).where(sessions.c.id == visitor.session_id)
    async with stack.database.engine.connect() as connection:
        return bool((await connection.execute(query)).scalar_one() == SessionStatus.EXPIRED)
