"""Questions that the documents did not answer: grouped by likeness, settled by releases, erased with their sessions."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, Self

from sqlalchemy import select, update

from shared.db.claims import Outcome
from shared.db.columns import utc_now
from shared.db.models import sessions, turns, unanswered
from shared.db.unanswered import WAITING, Group, Grouping
from shared.db.unit_of_work import Database
from shared.vocabulary import SessionStatus, TurnStatus, UnansweredStatus
from tests.factories import OpenSession, claimed, open_session, post
from tests.stack import Stack
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.domain.passage import Found, Passage
from workers.handlers.group_unanswered import check_some, group_some

OLD, NEW, NEWER, NEWEST = "20260101-1", "20260102-1", "20260103-1", "20260104-1"
GIFTS: Final = ("Do you offer gift cards?", "gift card available?", "Where do I get gift cards?")


class KnowledgeBase:
    """A release in which every question scores the same."""

    def __init__(self, release: str | None, score: float, *, answerable: bool = True) -> None:
        self.release, self._score, self._answerable = release, score, answerable

    def current(self) -> Self:
        """Return itself: it never changes."""
        return self

    async def search(self, query: str, limit: int) -> Found:
        """Return one passage."""
        passages = [Passage(query, "Text.", "Title", "", "docs/a.md", None, self._score)]
        return Found(passages[:limit], answerable=self._answerable)


class HalfWritten(KnowledgeBase):
    """A release that scores what it has of dogs by itself, and the rest alike."""

    def __init__(self, release: str, score: float, about_dogs: float) -> None:
        super().__init__(release, score)
        self._about_dogs = KnowledgeBase(release, about_dogs, answerable=about_dogs > 0.5)

    async def search(self, query: str, limit: int) -> Found:
        """Return one passage."""
        if "dogs" in query:
            return await self._about_dogs.search(query, limit)
        return await super().search(query, limit)


async def ask(database: Database, *questions: str, session: OpenSession | None = None) -> OpenSession:
    """Have a visitor ask each in vain, of the old release."""
    session = session or await open_session(database)
    for question in questions:
        posted = await post(database, session, question)
        claim = await claimed(database, session.id, "me")
        assert claim.turn_id == posted.id
        outcome = Outcome(TurnStatus.DONE, "I can't tell.", kb_release=OLD, model="m", unanswered=WAITING)
        await database.stepwise(lambda uow, claim=claim, outcome=outcome: uow.claims.finish(claim, outcome))  # type: ignore[misc]
    return session


async def group(database: Database) -> None:
    while await group_some(database, BundledEmbeddings()):
        pass


async def listed(database: Database, status: UnansweredStatus | None = None) -> list[Group]:
    return await database.read(lambda uow: uow.unanswered.page(status, None, 50))


async def said(database: Database) -> dict[str, int]:
    return {one.question: one.count for one in await listed(database)}


async def rows(database: Database) -> Sequence[Any]:
    async with database.engine.connect() as connection:
        return (await connection.execute(select(unanswered))).all()


async def test_questions_that_are_alike_are_one_and_the_oldest_stands_for_them(stack: Stack) -> None:
    database = stack.database
    await ask(database, GIFTS[0], "Are dogs allowed in the store?", GIFTS[1])
    await group(database)
    await ask(database, GIFTS[2])
    await group(database)
    await group(database)
    assert await said(database) == {GIFTS[0]: 3, "Are dogs allowed in the store?": 1}
    first = (await listed(database))[0]
    assert first.first_asked_at < first.last_asked_at
    examples = await database.read(lambda uow: uow.unanswered.examples([first.id]))
    assert [one.question for one in examples[first.id]] == [GIFTS[2], GIFTS[1], GIFTS[0]]


async def test_no_more_than_five_examples_are_shown(stack: Stack) -> None:
    for _ in range(3):
        await ask(stack.database, *GIFTS)
    await group(stack.database)
    [one] = await listed(stack.database)
    examples = await stack.database.read(lambda uow: uow.unanswered.examples([one.id]))
    assert (one.count, len(examples[one.id])) == (9, 5)


async def test_two_at_once_make_no_group_twice(stack: Stack) -> None:
    for _ in range(4):
        await ask(stack.database, *GIFTS, "Are dogs allowed in the store?", "Can I pay with bitcoin?")
    await asyncio.gather(*(group(stack.database) for _ in range(4)))
    assert await said(stack.database) == {
        GIFTS[0]: 12, "Are dogs allowed in the store?": 4, "Can I pay with bitcoin?": 4,
    }  # fmt: skip
    assert len(await rows(stack.database)) == 3


async def test_a_grouping_of_what_has_gone_meanwhile_is_not_stored(stack: Stack) -> None:
    database = stack.database
    await ask(database, GIFTS[0])
    [waiting] = await database.read(lambda uow: uow.unanswered.waiting(10))
    for grouping in (
        Grouping({waiting.turn_id: 4711}, []),
        Grouping({}, [[waiting.turn_id, "gone"]]),
        Grouping({"gone": 1}, [[waiting.turn_id]]),
    ):
        assert not await database.write(lambda uow, grouping=grouping: uow.unanswered.store(grouping))  # type: ignore[misc]
    assert not await rows(database)
    assert await database.read(lambda uow: uow.unanswered.waiting(10)) == [waiting]


async def test_erasing_a_session_erases_its_questions_and_a_group_without_any_is_no_more(stack: Stack) -> None:
    database = stack.database
    first = await ask(database, GIFTS[0], "Can I pay with bitcoin?")
    await ask(database, GIFTS[1])
    await group(database)
    await database.write(lambda uow: uow.sessions.erase(first.id))
    assert await said(database) == {GIFTS[1]: 1}
    assert len(await rows(database)) == 2
    assert await database.write(lambda uow: uow.unanswered.sweep(10)) == 1
    assert [one.id for one in await rows(database)] == [one.id for one in await listed(database)]


async def test_what_is_older_than_the_retention_period_goes_with_its_session(stack: Stack) -> None:
    database = stack.database
    old = await ask(database, GIFTS[0])
    await group(database)
    ended = update(sessions).where(sessions.c.id == old.id)
    async with database.engine.begin() as connection:
        values = {"status": SessionStatus.EXPIRED.value, "expires_at": utc_now(-40 * 86400)}
        await connection.execute(ended.values(values))
    for session_id in await database.read(lambda uow: uow.sessions.older_than(30, 10)):
        await database.write(lambda uow, session_id=session_id: uow.sessions.delete([session_id]))  # type: ignore[misc]
    assert await listed(database) == []
    async with database.engine.connect() as connection:
        assert not (await connection.execute(select(turns))).all()


async def test_a_later_release_that_answers_settles_a_question_and_asking_in_vain_opens_it_again(stack: Stack) -> None:
    database, status = stack.database, UnansweredStatus
    session = await ask(database, GIFTS[0])
    await group(database)
    for knowledge, expected in (
        (KnowledgeBase(None, 0.9), status.OPEN),  # none is loaded
        (KnowledgeBase(OLD, 0.3), status.OPEN),
        (KnowledgeBase(NEW, 0.34), status.OPEN),  # hardly better
        (KnowledgeBase(NEW, 0.9), status.OPEN),  # it was looked at
        (KnowledgeBase(NEWER, 0.6, answerable=False), status.OPEN),  # it knows that it does not tell
        (KnowledgeBase(NEWEST, 0.6), status.ANSWERED),
    ):
        await check_some(database, knowledge)
        assert [one.status for one in await listed(database)] == [expected]
    assert [one.status for one in await listed(database, status.OPEN)] == []
    await ask(database, GIFTS[1], session=session)
    await group(database)
    assert [(one.status, one.count) for one in await listed(database)] == [(status.OPEN, 2)]


async def test_one_of_two_questions_settles_nothing(stack: Stack) -> None:
    database = stack.database
    await ask(database, "Do you offer gift cards? Are dogs allowed in the store?")
    await group(database)
    for about_dogs, expected in ((0.2, UnansweredStatus.OPEN), (0.6, UnansweredStatus.ANSWERED)):
        await check_some(database, HalfWritten(f"2026010{about_dogs * 10:.0f}-1", 0.9, about_dogs))
        assert [one.status for one in await listed(database)] == [expected]


async def test_the_release_that_a_question_was_asked_of_does_not_settle_it(stack: Stack) -> None:
    await ask(stack.database, GIFTS[0])
    await group(stack.database)
    await check_some(stack.database, KnowledgeBase(OLD, 0.9))
    assert [one.status for one in await listed(stack.database)] == [UnansweredStatus.OPEN]


async def test_what_was_dismissed_stays_so(stack: Stack) -> None:
    database = stack.database
    await ask(database, GIFTS[0])
    await group(database)
    [one] = await listed(database)
    await database.write(lambda uow: uow.unanswered.decide(one.id, UnansweredStatus.DISMISSED))
    await ask(database, GIFTS[1])
    await group(database)
    await check_some(database, KnowledgeBase(NEWER, 0.9))
    assert [(one.status, one.count) for one in await listed(database)] == [(UnansweredStatus.DISMISSED, 2)]
