"""Claims of turns, made together: those asked for while the database is busy with some share its next trip."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from shared import log
from shared.db.claims import Claim
from shared.db.unit_of_work import Database, UnitOfWork
from shared.errors import DatabaseUnavailable
from workers.ports import Retired

MOST_AT_ONCE: Final = 64  # claims in a trip
COMPANY_SECONDS: Final = 0.05  # how long one that is not urgent waits for others

Asked = tuple[str, asyncio.Future[Claim | None]]


@dataclass(frozen=True, slots=True)
class Terms:
    """How turns are claimed."""

    lease_seconds: float
    late_seconds: float
    """How old a turn is that has waited for too long."""
    max_attempts: int


class TurnClaims:
    """Claims the head turns of sessions in the name of this process; `run` it beside those who ask.

    One trip to the database at a time; whoever asks meanwhile shares the next. With two at once each would carry half
    as much, and two trips of one process could not tell which of them took a turn.

    A turn that kills its process takes others with it, whose attempts count as well. Of those that have one left, one
    at a time is claimed, so that only the one to blame uses it up.
    """

    def __init__(self, database: Database, owner: str, terms: Terms) -> None:
        self._database, self._owner, self._terms = database, owner, terms
        self._last: str | None = None  # the turn that has its last attempt here
        self._asked: list[Asked] = []
        self._wake = asyncio.Event()
        self._closed = False

    async def claim(self, session_id: str, *, urgent: bool = True) -> Claim | None:
        """Claim the session's lowest open turn; None when there is none or somebody is at it.

        What is not urgent waits for the next trip, of 50 ms at most. Raises DatabaseUnavailable, and Retired once
        this is closed.
        """
        if self._closed:
            raise Retired("the process is about to end")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Claim | None] = loop.create_future()
        self._asked.append((session_id, answer))
        if urgent:
            self._wake.set()
        else:
            loop.call_later(COMPANY_SECONDS, self._wake.set)
        try:
            return await answer
        except asyncio.CancelledError:
            if answer.done() and not answer.cancelled() and not answer.exception() and (claim := answer.result()):
                self.over(claim)  # it came in this very moment, and nobody will try it until its lease runs out
            raise

    def over(self, claim: Claim) -> None:
        """Note that the turn is not worked on any more."""
        if self._last == claim.turn_id:
            self._last = None

    def close(self) -> None:
        """Claim nothing more than what was asked for already; from any thread."""
        self._closed = True

    async def run(self) -> None:
        """Claim what is asked for until cancelled."""
        while True:
            await self._wake.wait()
            asked, self._asked = self._asked[:MOST_AT_ONCE], self._asked[MOST_AT_ONCE:]
            if not self._asked:
                self._wake.clear()
            if not asked:
                continue  # they went with somebody else
            try:
                await self._answer(asked)
            finally:
                for _, answer in asked:
                    answer.cancel()  # of those who have no answer: a sweep finds their turns

    async def _answer(self, asked: Sequence[Asked]) -> None:
        sessions = list(dict.fromkeys(session_id for session_id, _ in asked))
        try:
            claims = await self._claimed(sessions)
        except DatabaseUnavailable as error:
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(error)
            return
        for session_id, answer in asked:
            if not answer.done():  # else whoever asked is gone
                answer.set_result(claims.pop(session_id, None))
        for claim in claims.values():
            await give_back(claim, self._database)
            self.over(claim)

    async def _claimed(self, sessions: Sequence[str]) -> dict[str, Claim]:
        """Claim what may be tried now. Raises DatabaseUnavailable."""
        before, claims = self._last, dict[str, Claim]()
        try:
            claims = await self._database.stepwise(partial(self._take, sessions))
        finally:
            if self._last not in {before, *(claim.turn_id for claim in claims.values())}:
                self._last = before  # another was faster, or nobody knows
        return claims

    async def _take(self, sessions: Sequence[str], uow: UnitOfWork) -> dict[str, Claim]:
        found = await uow.claims.claimable(sessions, self._terms.late_seconds)
        return await uow.claims.take([*filter(self._admits, found)], self._owner, self._terms.lease_seconds)

    def _admits(self, claim: Claim) -> bool:
        """Whether the turn may be tried now, since it has more than one attempt left or is the only such turn here."""
        if claim.overdue or not 1 < claim.attempt == self._terms.max_attempts:
            return True
        if self._last is None:
            self._last = claim.turn_id
        return self._last == claim.turn_id


async def give_back(claim: Claim, database: Database) -> None:
    """Give a turn back unanswered, for another worker to take."""
    try:
        await database.stepwise(lambda uow: uow.claims.release(claim))
    except DatabaseUnavailable:
        log.get().warning("turn_not_given_back", turn_id=claim.turn_id)  # its lease runs out instead
