"""Claims of turns, made together: those asked for while the database is busy with some share its next trip."""

import asyncio
from collections.abc import Sequence
from typing import Final

from shared import log
from shared.db.claims import Claim
from shared.db.unit_of_work import Database
from shared.errors import DatabaseUnavailable

MOST_AT_ONCE: Final = 64  # claims in a trip

Asked = tuple[str, asyncio.Future[Claim | None]]


class TurnClaims:
    """Claims the head turns of sessions in the name of this process; `run` it beside those who ask.

    One trip to the database at a time; whoever asks meanwhile shares the next. With two at once each would carry half
    as much, and two trips of one process could not tell which of them took a turn.
    """

    def __init__(self, database: Database, owner: str, *, lease_seconds: float, late_seconds: float) -> None:
        self._database, self._owner = database, owner
        self._lease_seconds, self._late_seconds = lease_seconds, late_seconds
        self._asked: list[Asked] = []
        self._wake = asyncio.Event()

    async def claim(self, session_id: str) -> Claim | None:
        """Claim the session's lowest open turn; None when there is none or somebody is at it.

        Raises DatabaseUnavailable.
        """
        answer: asyncio.Future[Claim | None] = asyncio.get_running_loop().create_future()
        self._asked.append((session_id, answer))
        self._wake.set()
        return await answer

    async def run(self) -> None:
        """Claim what is asked for until cancelled."""
        while True:
            await self._wake.wait()
            asked, self._asked = self._asked[:MOST_AT_ONCE], self._asked[MOST_AT_ONCE:]
            if not self._asked:
                self._wake.clear()
            try:
                await self._answer(asked)
            finally:
                for _, answer in asked:
                    answer.cancel()  # of those who have no answer: a sweep finds their turns

    async def _answer(self, asked: Sequence[Asked]) -> None:
        sessions = list(dict.fromkeys(session_id for session_id, _ in asked))
        try:
            claims = await self._database.stepwise(
                lambda uow: uow.claims.claim(sessions, self._owner, self._lease_seconds, self._late_seconds)
            )
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


async def give_back(claim: Claim, database: Database) -> None:
    """Give a turn back unanswered, for another worker to take."""
    try:
        await database.stepwise(lambda uow: uow.claims.release(claim))
    except DatabaseUnavailable:
        log.get().warning("turn_not_given_back", turn_id=claim.turn_id)  # its lease runs out instead
