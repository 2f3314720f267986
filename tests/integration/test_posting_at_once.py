"""Posting where nothing is in the way, in one statement; and whatever may be, found out about by a look."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, update

from shared.db.columns import utc_now
from shared.db.models import sessions, turns
from shared.db.posting import Posting
from shared.db.posts import NewTurn
from shared.errors import IdempotencyConflict, SessionExpired, SessionNotFound, TooManyOpenTurns
from shared.vocabulary import SessionStatus, TurnStatus
from tests.factories import OpenSession, open_session
from tests.stack import Stack

TTL_SECONDS = 3600.0
MOST_WAITING = 3


def saying(words: str, name: str | None = None) -> NewTurn:
    """Return a message under a client's id, which is its text unless named otherwise."""
    return NewTurn(words, name or words, MOST_WAITING, deadline_seconds=60, session_ttl_seconds=TTL_SECONDS)


@pytest.fixture
def posting(stack: Stack) -> Posting:
    """Give what a gateway posts by."""
    return Posting(stack.database)


async def known(stack: Stack, posting: Posting) -> OpenSession:
    """Open a session in which somebody has posted and was answered."""
    session = await open_session(stack.database, TTL_SECONDS)
    await posting.post(session.token, saying("first"))
    await answer_all(stack)
    return session


async def answer_all(stack: Stack) -> None:
    """Have no turn be open any more."""
    async with stack.database.engine.begin() as connection:
        await connection.execute(update(turns).values(status=TurnStatus.DONE.value))


async def change(stack: Stack, **values: object) -> None:
    """Change every session."""
    async with stack.database.engine.begin() as connection:
        await connection.execute(update(sessions).values(**values))


@contextmanager
def statements(stack: Stack) -> Iterator[list[str]]:
    """Collect what is said to the database meanwhile, by any of its engines."""
    said = list[str]()

    def note(*call: object) -> None:
        said.append(str(call[2]))

    engines = [engine.sync_engine for engine in (stack.database.engine, stack.database.single_statements)]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield said
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_post_in_a_known_session_is_one_statement(production_stack: Stack) -> None:
    posting = Posting(production_stack.database)
    session = await known(production_stack, posting)
    with statements(production_stack) as said:
        posted = await posting.post(session.token, saying("second"))
    assert [statement.split()[0] for statement in said] == ["INSERT"]
    assert (posted.session_id, posted.seq, posted.status, posted.created) == (session.id, 2, TurnStatus.QUEUED, True)
    async with production_stack.database.engine.connect() as connection:
        row = (await connection.execute(select(turns).where(turns.c.id == posted.id))).one()
    assert (row.session_id, row.seq, row.question, row.client_message_id) == (session.id, 2, "second", "second")
    assert (row.status, row.attempt, row.fence) == (TurnStatus.QUEUED, 0, 0)
    assert row.created_at < row.next_attempt_at < row.deadline_at


async def test_a_post_waits_for_nobody_who_works_on_an_earlier_turn(production_stack: Stack) -> None:
    database = production_stack.database
    session = await known(production_stack, posting := Posting(database))
    async with database.engine.begin() as working:
        await working.execute(update(turns).values(answer="not committed yet"))
        async with asyncio.timeout(10):
            assert (await posting.post(session.token, saying("meanwhile"))).seq == 2
    # At any stricter level MySQL locks what INSERT ... SELECT reads, so that this would wait; MariaDB without a binary
    # log does not, so that there waiting alone proves nothing.
    async with database.single_statements.connect() as connection:
        assert await connection.get_isolation_level() == "READ COMMITTED"


async def test_what_another_gateway_posted_meanwhile_has_its_place(stack: Stack, posting: Posting) -> None:
    session = await known(stack, posting)
    await Posting(stack.database).post(session.token, saying("elsewhere"))
    assert (await posting.post(session.token, saying("here"))).seq == 3


async def test_a_message_that_comes_again_is_the_turn_it_was(stack: Stack, posting: Posting) -> None:
    session = await known(stack, posting)
    posted = await posting.post(session.token, saying("second"))
    again = await posting.post(session.token, saying("second"))
    assert (again.id, again.seq, again.created) == (posted.id, posted.seq, False)
    with pytest.raises(IdempotencyConflict):
        await posting.post(session.token, saying("other words", name="second"))


async def test_no_more_turns_wait_than_may(stack: Stack, posting: Posting) -> None:
    session = await known(stack, posting)
    for number in range(MOST_WAITING):
        await posting.post(session.token, saying(f"waiting {number}"))
    with pytest.raises(TooManyOpenTurns):
        await posting.post(session.token, saying("one too many"))


@pytest.mark.parametrize("values", [{"status": SessionStatus.EXPIRED.value}, {"expires_at": utc_now(-1)}])
async def test_a_known_session_that_is_over_takes_no_turn(
    stack: Stack, posting: Posting, values: dict[str, object]
) -> None:
    session = await known(stack, posting)
    await change(stack, **values)
    with pytest.raises(SessionExpired):
        await posting.post(session.token, saying("too late"))


async def test_a_known_session_that_was_erased_is_unknown(stack: Stack, posting: Posting) -> None:
    session = await known(stack, posting)
    await stack.database.write(lambda uow: uow.sessions.erase(session.id))
    with pytest.raises(SessionNotFound):
        await posting.post(session.token, saying("nobody's"))


async def test_a_known_session_that_was_silent_is_prolonged(stack: Stack, posting: Posting) -> None:
    session = await known(stack, posting)
    await change(stack, last_activity_at=utc_now(-TTL_SECONDS / 2), expires_at=utc_now(TTL_SECONDS / 2))
    await posting.post(session.token, saying("back again"))
    async with stack.database.engine.connect() as connection:
        lasts = sessions.c.expires_at > utc_now(TTL_SECONDS - 10)
        assert (await connection.execute(select(lasts))).scalar_one()


async def test_posts_of_the_same_moment_each_get_a_place(stack: Stack) -> None:
    gateways = [Posting(stack.database) for _ in range(2)]
    session = await known(stack, gateways[0])
    await gateways[1].post(session.token, saying("second"))
    await answer_all(stack)
    messages = [saying(f"at once {number}") for number in range(MOST_WAITING)]
    posts = (gateways[number % 2].post(session.token, message) for number, message in enumerate(messages))
    assert sorted(posted.seq for posted in await asyncio.gather(*posts)) == [3, 4, 5]
