"""Turns are claimed together, and each by one alone, whoever asks for it at the same moment."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from shared.db.claims import Claim, Finished, Outcome
from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.factories import OpenSession, open_session, post
from tests.stack import Stack
from workers.adapters.claiming import Terms, TurnClaims
from workers.ports import Retired

LEASE_SECONDS = 60.0
LATE_SECONDS = 30
MAX_ATTEMPTS = 3


async def sessions_with_turns(stack: Stack, how_many: int) -> list[OpenSession]:
    sessions = [await open_session(stack.database) for _ in range(how_many)]
    for session in sessions:
        await post(stack.database, session)
    return sessions


async def claimed(
    stack: Stack, owner: str, sessions: Sequence[OpenSession], seconds: float = LEASE_SECONDS
) -> dict[str, Claim]:
    ids = [session.id for session in sessions]
    return await stack.database.stepwise(lambda uow: uow.claims.claim(ids, owner, seconds))


async def ended(stack: Stack, claim: Claim, answer: str) -> Finished:
    return await stack.database.stepwise(lambda uow: uow.claims.finish(claim, Outcome(TurnStatus.DONE, answer)))


@asynccontextmanager
async def claiming(stack: Stack, owner: str) -> AsyncIterator[TurnClaims]:
    """Run what a worker process claims with."""
    claims = TurnClaims(stack.database, owner, Terms(LEASE_SECONDS, LATE_SECONDS, MAX_ATTEMPTS))
    running = asyncio.create_task(claims.run())
    yield claims
    running.cancel()


async def ask(claims: TurnClaims, session: OpenSession, luck: random.Random) -> Claim | None:
    """Ask for a session's turn, at a moment when others may be on their way."""
    await asyncio.sleep(luck.uniform(0, 0.1))
    return await claims.claim(session.id)


async def test_of_several_sessions_those_are_claimed_that_nobody_is_at(stack: Stack) -> None:
    busy, free, also_free = await sessions_with_turns(stack, 3)
    idle = await open_session(stack.database)
    assert set(await claimed(stack, "one", [busy])) == {busy.id}
    assert set(await claimed(stack, "another", [busy, free, also_free, idle])) == {free.id, also_free.id}


async def test_processes_that_claim_the_same_at_once_share_it_out(stack: Stack) -> None:
    sessions = await sessions_with_turns(stack, 20)
    claims = await asyncio.gather(*(claimed(stack, f"worker {n}", sessions) for n in range(4)))
    assert Counter(session for its in claims for session in its) == Counter(session.id for session in sessions)


async def test_a_turn_asked_for_many_times_in_one_process_is_given_once(stack: Stack) -> None:
    sessions = await sessions_with_turns(stack, 40)
    luck = random.Random(23)
    async with AsyncExitStack() as opened:
        workers = [await opened.enter_async_context(claiming(stack, f"worker {n}")) for n in range(2)]
        asking = [ask(one, session, luck) for session in sessions for one in workers for _ in range(6)]
        given = [claim for claim in await asyncio.gather(*asking) if claim]
    assert Counter(claim.session_id for claim in given) == Counter(session.id for session in sessions)


async def test_a_claim_that_is_not_urgent_goes_with_the_next_or_by_itself(stack: Stack) -> None:
    alone, together, urgent = await sessions_with_turns(stack, 3)
    async with claiming(stack, "worker") as claims:
        assert await claims.claim(alone.id, urgent=False)
        patient = asyncio.create_task(claims.claim(together.id, urgent=False))
        await asyncio.sleep(0)  # it has asked
        assert await claims.claim(urgent.id)
        assert patient.done()  # one trip brought both
        assert await patient
        assert await claims.claim(alone.id, urgent=False) is None


async def test_a_process_that_is_about_to_end_claims_nothing_more(stack: Stack) -> None:
    asked, too_late = await sessions_with_turns(stack, 2)
    async with claiming(stack, "worker") as claims:
        in_time = asyncio.create_task(claims.claim(asked.id))
        await asyncio.sleep(0)  # it has asked
        claims.close()
        assert await in_time
        with pytest.raises(Retired):
            await claims.claim(too_late.id, urgent=False)
    assert set(await claimed(stack, "another", [asked, too_late])) == {too_late.id}


async def test_a_claim_knows_what_was_said_before_it_oldest_first(stack: Stack) -> None:
    session = await open_session(stack.database)
    for n in range(1, 13):
        await post(stack.database, session, f"message {n}")
        claim = (await claimed(stack, "worker", [session]))[session.id]
        assert await ended(stack, claim, f"answer {n}") is Finished.NOW
    await post(stack.database, session, "message 13")
    claim = (await claimed(stack, "worker", [session]))[session.id]
    assert claim.question == "message 13"
    assert [spoken[:2] for spoken in claim.history] == [(f"message {n}", f"answer {n}") for n in range(3, 13)]


async def test_a_claim_that_nobody_waits_for_any_more_is_there_for_others(stack: Stack) -> None:
    [session] = await sessions_with_turns(stack, 1)
    async with claiming(stack, "worker") as claims:
        asking = asyncio.create_task(claims.claim(session.id))
        await asyncio.sleep(0)  # it has asked
        asking.cancel()
        assert await eventually(lambda: claims.claim(session.id))


async def test_a_worker_that_wakes_while_another_is_at_its_turn_neither_ends_it_nor_gives_it_back(stack: Stack) -> None:
    """Fault 23, with Redis away: the fence in the database is all that stands in its way."""
    [session] = await sessions_with_turns(stack, 1)
    woken = (await claimed(stack, "woken", [session], seconds=0))[session.id]
    another = (await claimed(stack, "another", [session]))[session.id]
    await stack.database.stepwise(lambda uow: uow.claims.release(woken))
    assert await ended(stack, woken, "too late") is Finished.LOST
    assert await ended(stack, another, "in time") is Finished.NOW


async def test_of_turns_with_one_attempt_left_a_process_has_one_at_a_time(stack: Stack) -> None:
    """Also of those that are asked for in one trip; what is left is claimed by whoever has none, and is no attempt."""
    tried = await sessions_with_turns(stack, 3)
    for _ in range(MAX_ATTEMPTS - 1):
        await claimed(stack, "one that dies", tried, seconds=0)
    [fresh] = await sessions_with_turns(stack, 1)
    async with claiming(stack, "one") as claims, claiming(stack, "another") as others:
        mine = await asyncio.gather(*(claims.claim(session.id) for session in [*tried, fresh]))
        [last, newest] = filter(None, mine)
        assert (last.attempt, newest.attempt) == (MAX_ATTEMPTS, 1)
        [second, third] = [session for session in tried if session.id != last.session_id]
        assert await claims.claim(second.id) is None
        assert (found := await others.claim(second.id))
        claims.over(last)
        assert (next_one := await claims.claim(third.id))
        assert (found.attempt, next_one.attempt) == (MAX_ATTEMPTS, MAX_ATTEMPTS)
