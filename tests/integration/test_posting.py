"""A posted turn keeps its session alive, and one that comes at the very end finds it over."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from shared.db.columns import utc_now
from shared.db.models import sessions
from shared.errors import SessionExpired
from shared.vocabulary import SessionStatus
from tests.factories import OpenSession, open_session, post
from tests.stack import Stack

TTL_SECONDS = 3600.0


async def expires_at(stack: Stack, session: OpenSession) -> datetime:
    query = select(sessions.c.expires_at).where(sessions.c.id == session.id)
    async with stack.database.engine.connect() as connection:
        end: datetime = (await connection.execute(query)).scalar_one()
        return end


async def rest(stack: Stack, session: OpenSession, seconds: float) -> None:
    """Have the session been silent for so long."""
    silent = {"last_activity_at": utc_now(-seconds), "expires_at": utc_now(TTL_SECONDS - seconds)}
    async with stack.database.engine.begin() as connection:
        await connection.execute(update(sessions).where(sessions.c.id == session.id).values(silent))


async def test_a_turn_after_a_silence_prolongs_its_session_by_a_whole_life(stack: Stack) -> None:
    session = await open_session(stack.database, TTL_SECONDS)
    await rest(stack, session, TTL_SECONDS - 5)
    before = await expires_at(stack, session)
    await post(stack.database, session, ttl_seconds=TTL_SECONDS)
    assert await expires_at(stack, session) - before > timedelta(seconds=TTL_SECONDS - 10)


async def test_a_turn_right_after_another_writes_nothing_about_its_session(stack: Stack) -> None:
    session = await open_session(stack.database, TTL_SECONDS)
    before = await expires_at(stack, session)
    await post(stack.database, session, ttl_seconds=TTL_SECONDS)
    assert await expires_at(stack, session) == before


async def test_a_session_that_has_ended_takes_no_turn(stack: Stack) -> None:
    session = await open_session(stack.database, TTL_SECONDS)
    async with stack.database.engine.begin() as connection:
        await connection.execute(update(sessions).values(status=SessionStatus.EXPIRED.value))
    with pytest.raises(SessionExpired):
        await post(stack.database, session)


async def test_an_error_of_the_database_does_not_tell_what_was_said(stack: Stack) -> None:
    secret = "the visitor's own words"
    async with stack.database.engine.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.execute(text("SELECT :words FROM nowhere"), {"words": secret})
    assert secret not in str(caught.value)
