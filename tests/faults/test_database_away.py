"""A database that loses connections, commits and itself: visitors hear 503 at worst, and what was taken stands."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, TypeVar

import pytest
from sqlalchemy import Row, select

from shared.db.claims import Finished, Outcome
from shared.db.models import turns
from shared.db.unit_of_work import ATTEMPTS, Database
from shared.vocabulary import OPEN_STATUSES, TurnStatus
from tests.eventually import eventually
from tests.factories import claimed, open_session, post
from tests.invariants import check_invariants, observe
from tests.processes import Desk, Worker, running
from tests.stack import BRISK, Stack
from tests.stubs.llm import StubLLM
from tests.stubs.proxy import Proxy
from tests.visitor import Away, Json, Posted, Visitor

T = TypeVar("T")


COMMIT: Final = b"COMMIT"
INSERT: Final = b"INSERT INTO turns"
UPDATE: Final = b"UPDATE turns"


@asynccontextmanager
async def _gateway_behind(proxy: Proxy, stack: Stack) -> AsyncIterator[Desk]:
    """Run a desk whose gateway alone reaches the database through the proxy; its worker is still to be started."""
    async with running(stack, workers=0, database_url=proxy.url) as desk:
        desk.workers.append(Worker(stack, 1, {}))
        yield desk


async def test_a_post_whose_commit_is_cut_off_is_one_turn(production_stack: Stack) -> None:
    """Fault 28: the connection ends as a turn is stored, which may have been done. Each message is one row."""
    with Proxy(production_stack.database_url) as proxy:
        async with (
            _gateway_behind(proxy, production_stack) as desk,
            desk.visitor() as confirmed_late,
            desk.visitor() as undone,
        ):
            await _post_through(proxy, proxy.drop_reply, confirmed_late)
            await _post_through(proxy, proxy.drop_request, undone)
            await _post_in_vain(proxy, undone)
            await desk.start()
            for visitor in (confirmed_late, undone):
                await eventually(lambda visitor=visitor: _all_answered(visitor))  # type: ignore[misc]
    assert len(await _rows(production_stack)) == 3
    await check_invariants(production_stack.database)


@pytest.mark.parametrize("arrives", [True, False], ids=["the commit arrives", "the commit is lost"])
async def test_a_worker_whose_last_commit_is_cut_off_still_knows_that_the_turn_is_its_own(
    production_stack: Stack, arrives: bool
) -> None:
    """Fault 28: the answer's own commit. The worker that believed it lost would never tell the visitor the end."""
    database = production_stack.database
    session = await open_session(database)
    await post(database, session)
    claim = await claimed(database, session.id)
    with Proxy(production_stack.database_url) as proxy:
        through = Database.at(proxy.url)
        assert await through.read(lambda uow: uow.turns.all_of(session.id))
        (proxy.drop_reply if arrives else proxy.drop_request)(UPDATE)
        finished = await through.stepwise(lambda uow: uow.claims.finish(claim, Outcome(TurnStatus.DONE, "Hi")))
        assert finished is (Finished.BEFORE if arrives else Finished.NOW)
        await through.close()
        assert proxy.fired == 1
    assert [row.answer for row in await _rows(production_stack)] == ["Hi"]


async def test_connections_that_the_database_killed_are_noticed_by_nobody(production_stack: Stack) -> None:
    """Fault 42: all pooled connections are killed while they idle. Every next request succeeds at once."""
    async with running(production_stack) as desk, desk.visitor() as visitor:
        await visitor.ask("How do refunds work?")
        for _ in range(3):
            await asyncio.gather(*(visitor.session() for _ in range(8)))
            assert _kill_connections(production_stack) >= 2
            reading = asyncio.gather(*(visitor.session() for _ in range(8)))
            posted = await visitor.post("Hello?")
            assert len(await reading) == 8
            assert _kill_connections(production_stack) >= 2
            assert (await visitor.answer_of(posted))["answer"]


async def test_what_was_taken_before_the_database_was_killed_stands_and_the_rest_is_told(
    production_stack: Stack, llm: StubLLM
) -> None:
    """Fault 43: kill -9 under load, twice. Errors are 503 with Retry-After; what was acknowledged is what is stored."""
    mariadb = production_stack.mariadb
    await observe(production_stack.database)
    async with running(production_stack, llm=llm, **BRISK) as desk, AsyncExitStack() as opened:
        talkers = [Talker(await opened.enter_async_context(desk.visitor())) for _ in range(8)]
        async with asyncio.TaskGroup() as talking:
            tasks = [talking.create_task(talker.talk()) for talker in talkers]
            for messages in (2, 4):
                await _all_have_said(messages, talkers)
                mariadb.kill9()
                await eventually(lambda: any(talker.turned_away for talker in talkers))
                await asyncio.to_thread(mariadb.start)
            for talker in talkers:
                talker.enough = True
        answered = [task.result() for task in tasks]
    await production_stack.database.engine.dispose()  # our own connections died with the server
    rows = await _rows(production_stack)
    assert {row.id for row in rows} == {posted.turn_id for talker in talkers for posted in talker.taken}
    assert {row.id: row.answer for row in rows} == {turn["turn_id"]: turn["answer"] for its in answered for turn in its}
    await check_invariants(production_stack.database)


class Talker:
    """A visitor who posts and waits for the answer, again and again, and repeats whatever was not acknowledged."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self.taken: list[Posted] = []
        self.turned_away = 0
        self.enough = False

    async def talk(self) -> list[Json]:
        """Talk until told that it is enough, and return the turns as they ended."""
        await self._visitor.open()
        turns: list[Json] = []
        while not self.enough:
            message = f"message-{len(turns)}"
            posted = await self._insist(lambda message=message: self._visitor.post(message, message))  # type: ignore[misc]
            self.taken.append(posted)
            turns.append(await self._answer(posted))
        return turns

    async def _answer(self, posted: Posted) -> Json:
        while True:
            turn = await self._insist(lambda: self._visitor.turn(posted, wait=5))
            if turn["status"] not in OPEN_STATUSES:
                return turn

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        """Repeat a call while the desk is away; any other refusal and any broken connection fails the test."""
        while True:
            try:
                return await call()
            except Away as away:
                self.turned_away += 1
                _check_away(away)
            await asyncio.sleep(0.05)


async def _all_have_said(messages: int, talkers: Sequence[Talker]) -> None:
    await eventually(lambda: min(len(talker.taken) for talker in talkers) >= messages, within=20)


async def _post_through(proxy: Proxy, cut: Callable[..., None], visitor: Visitor) -> None:
    """Open a session and post a message while what stores them is cut off once."""
    fired = proxy.fired
    await visitor.open()  # from here on there is a connection: a new one has a COMMIT of its own, before any work
    cut(COMMIT, times=1)
    await visitor.open()
    cut(INSERT, times=1)
    first = await visitor.post("The desk tries again", "first")
    assert proxy.fired - fired == 2
    assert [turn["turn_id"] for turn in (await visitor.session())["turns"]] == [first.turn_id]


async def _post_in_vain(proxy: Proxy, visitor: Visitor) -> None:
    """Post a message until the desk gives up, and again."""
    proxy.drop_request(INSERT, times=ATTEMPTS)
    with pytest.raises(Away) as caught:
        await visitor.post("The desk gives up", "second")
    _check_away(caught.value)
    assert (await visitor.post("The desk gives up", "second")).seq == 2


async def _all_answered(visitor: Visitor) -> bool:
    return all(turn["answer"] for turn in (await visitor.session())["turns"])


def _check_away(away: Away) -> None:
    assert away.code == "database_unavailable"
    assert away.headers["Content-Type"] == "application/problem+json"
    assert int(away.headers["Retry-After"]) >= 1


async def _rows(stack: Stack) -> Sequence[Row[Any]]:
    async with stack.database.engine.connect() as connection:
        return (await connection.execute(select(turns).order_by(turns.c.session_id, turns.c.seq))).all()


def _kill_connections(stack: Stack) -> int:
    """Kill the database's connections, and return how many there were."""
    name = stack.database_url.rpartition("/")[2]
    found = stack.mariadb.sql(f"SELECT id FROM information_schema.processlist WHERE db = '{name}'")  # noqa: S608 - our name
    for (number,) in found:
        stack.mariadb.sql(f"KILL {number}")
    return len(found)
