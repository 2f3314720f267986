"""However many capture the same people at the same moment, each person is one lead, and nobody gets an error."""

import asyncio
import random
import sys
from asyncio import CancelledError
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import literal, select
from sqlalchemy.pool import QueuePool

from shared.db.leads import Capture
from shared.db.models import lead_values
from shared.db.selfcheck import broken_rules
from shared.db.unit_of_work import Database, UnitOfWork
from shared.vocabulary import LeadStatus
from tests.children import ROOT, Child
from tests.eventually import eventually
from tests.integration.capturing import AT_ONCE, PEOPLE, capture_all, captures
from tests.integration.lead_store import alive, capture, email, erase, name, phone, rows, withdraw
from tests.servers import MariaDB
from tests.stack import Parts, Stack, StackName, one_tests_stack

STRICT = "innodb_snapshot_isolation"
CROSSED = 100
CANCELLED = 30
A_WHILE = timedelta(minutes=2)


@contextmanager
def strictly(mariadb: MariaDB) -> Iterator[None]:
    """Have MariaDB refuse to lock what has changed since it was read, where it knows how to."""
    if not mariadb.sql(f"SHOW VARIABLES LIKE '{STRICT}'"):
        pytest.skip(f"this MariaDB has no {STRICT}")
    mariadb.sql(f"SET GLOBAL {STRICT} = ON")
    yield
    mariadb.sql(f"SET GLOBAL {STRICT} = OFF")


@pytest.fixture(params=["local", "production", "strict"])
async def guise(request: pytest.FixtureRequest, parts: Parts, tmp_path: Path) -> AsyncIterator[Stack]:
    """Give SQLite, MariaDB, and MariaDB at its strictest."""
    name: StackName = "local" if request.param == "local" else "production"
    async with one_tests_stack(parts, name, tmp_path) as stack:
        with strictly(stack.mariadb) if request.param == "strict" else nullcontext():
            yield stack


@pytest.fixture
async def database(guise: Stack) -> AsyncIterator[Database]:
    """Give a database with many connections, in which every rule holds after the test, too."""
    database = Database.at(guise.database_url, pool_size=AT_ONCE)
    yield database
    assert await broken_rules(database) == []
    await database.close()


async def given(database: Database) -> set[tuple[str, str]]:
    """Return every value that is stored, with the session that gave it."""
    return {(one.session_id, one.value) for one in await rows(database, lead_values)}


def said(wanted: list[Capture]) -> set[tuple[str, str]]:
    return {(one.session_id or "", value) for one in wanted for value in (*(g.value for g in one.given), "May we?")}


async def test_four_hundred_captures_of_fifteen_people_are_fifteen_leads(database: Database) -> None:
    """Faults 44 and 46: no error reaches the caller, and no value is lost."""
    wanted = captures(seed=44, how_many=400)
    await capture_all(database, wanted)
    assert len(await alive(database)) == PEOPLE
    assert await given(database) == said(wanted)


async def test_two_processes_that_capture_the_same_people_agree_on_who_is_who(guise: Stack, database: Database) -> None:
    """Fault 46, between processes."""
    children = [Child(f"capturing {seed}", guise.data_dir / f"{seed}.log") for seed in (1, 2)]
    for seed, child in enumerate(children, start=1):
        command = [sys.executable, "-m", "tests.integration.capturing", guise.database_url, str(seed), "200"]
        child.spawn(command, cwd=ROOT, env=guise.environment())
    assert [child.wait() for child in children] == [0, 0]
    assert len(await alive(database)) == PEOPLE
    assert await given(database) == said([*captures(1, 200), *captures(2, 200)])


async def test_two_leads_whose_details_are_given_crosswise_at_once_become_one(database: Database) -> None:
    """Fault 47: each capture merges what the other merges, the other way round."""
    pairs = [
        ([email(f"a{n}@x.com"), phone(f"+4930{n}")], [email(f"b{n}@x.com"), phone(f"+4940{n}")]) for n in range(CROSSED)
    ]
    firsts = [Capture(None, one, LeadStatus.CAPTURED) for pair in pairs for one in pair]
    await capture_all(database, firsts)
    crossed = [
        Capture(None, [one[0], other[1]], LeadStatus.CAPTURED) for a, b in pairs for one, other in ((a, b), (b, a)) * 2
    ]
    found = await capture_all(database, crossed)
    assert len({*found}) == len(await alive(database)) == CROSSED


async def test_details_that_chain_everybody_together_in_any_order_leave_one_lead(database: Database) -> None:
    links = [
        Capture(None, [email(f"a{n}@x.com"), phone(f"+4930{n + d}")], LeadStatus.CAPTURED)
        for n in range(60)
        for d in (0, 1)
    ]
    random.Random(47).shuffle(links)
    await capture_all(database, links)
    assert len(await alive(database)) == 1


async def test_taking_back_correcting_and_erasing_at_once_keep_every_rule(database: Database) -> None:
    """Fault 44: who releases keys meets who captures them. Who is left is luck; that all can come back is not."""
    luck = random.Random(84)

    async def be_somebody(n: int) -> None:
        session_id, address, number = f"s{n}", email(f"p{luck.randrange(8)}@x.com"), phone(f"+4930{luck.randrange(8)}")
        lead = await capture(database, name(f"N{n}"), address, number, session_id=session_id)
        other = email(f"p{luck.randrange(8)}@x.com")
        deed = luck.choice(["correct", "withdraw", "erase", "stay"])
        if deed == "correct":
            await capture(database, other, session_id=session_id, known=lead, corrected=[other.kind])
        elif deed == "withdraw":
            await withdraw(database, session_id)
        elif deed == "erase":
            await erase(database, lead)

    people = iter(range(300))

    async def work() -> None:
        for n in people:
            await be_somebody(n)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    again = [await capture(database, email(f"p{n}@x.com")) for n in range(8)]
    assert {*again} <= {*await alive(database)}
    assert [await capture(database, email(f"p{n}@x.com")) for n in range(8)] == again


async def test_captures_that_are_cancelled_in_a_query_leave_no_lead_and_a_healthy_pool(
    guise: Stack, database: Database
) -> None:
    """Fault 45: thirty captures wait for a lock that somebody holds when they are cancelled."""
    held = Capture(None, [email("held@x.com")], LeadStatus.CAPTURED)
    async with guise.database.engine.begin() as holding:
        lead = await UnitOfWork(holding).leads.capture(held)
        waiting = [asyncio.create_task(capture(database, *held.given, name(f"N{n}"))) for n in range(CANCELLED)]
        await eventually(lambda: in_a_query(guise, database))
        for one in waiting:
            one.cancel()
    assert {type(outcome) for outcome in await asyncio.gather(*waiting, return_exceptions=True)} == {CancelledError}
    assert [(one.id, one.name) for one in await rows(database)] == [(lead, None)]
    await is_healthy(database)


async def test_captures_that_are_cancelled_at_any_moment_leave_whole_leads_or_none(database: Database) -> None:
    """Fault 45: whatever a capture is doing just then."""
    luck = random.Random(45)
    wanted = captures(seed=45, how_many=120)
    cancelled = [asyncio.create_task(cancel_soon(capture_all(database, [one]), luck)) for one in wanted]
    await asyncio.gather(*cancelled)
    assert await given(database) <= said(wanted)
    await is_healthy(database)
    await capture_all(database, wanted)
    assert await given(database) == said(wanted)


async def test_times_are_utc_and_aware_wherever_a_process_thinks_it_is(guise: Stack, database: Database) -> None:
    """Fault 50: a process in Kathmandu, five hours and three quarters ahead."""
    child = Child("capturing in Kathmandu", guise.data_dir / "kathmandu.log")
    command = [sys.executable, "-m", "tests.integration.capturing", guise.database_url, "50", "1"]
    child.spawn(command, cwd=ROOT, env=guise.environment(tz="Asia/Kathmandu"))
    assert child.wait() == 0
    [line] = child.log.splitlines()
    [stored] = await rows(database)
    read = [stored.created_at, stored.updated_at, stored.consent_at]
    assert [datetime.fromisoformat(moment) for moment in line.split()] == read
    assert all(moment.tzinfo is UTC and abs(datetime.now(UTC) - moment) < A_WHILE for moment in read)


async def in_a_query(guise: Stack, database: Database) -> bool:
    """Tell whether all captures that get a connection wait for the database."""
    if guise.name == "local":
        return isinstance(pool := database.engine.pool, QueuePool) and pool.checkedout() >= pool.size()
    waiting = guise.mariadb.sql("SELECT 1 FROM information_schema.processlist WHERE info LIKE 'INSERT INTO lead_keys%'")
    return len(waiting) == AT_ONCE


async def is_healthy(database: Database) -> None:
    """Ask many things at once: each asker gets its own answer, and every connection comes back."""

    async def ask(n: int) -> int | None:
        async with database.engine.connect() as connection:
            return await connection.scalar(select(literal(n)))

    assert await asyncio.gather(*map(ask, range(CANCELLED))) == [*range(CANCELLED)]
    assert isinstance(pool := database.engine.pool, QueuePool)
    assert pool.checkedout() == 0


async def cancel_soon(work: Coroutine[Any, Any, object], luck: random.Random) -> None:
    task = asyncio.create_task(work)
    await asyncio.sleep(luck.uniform(0, 0.3))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
