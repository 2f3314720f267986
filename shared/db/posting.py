"""Posting a turn: at once where nothing is in the way, which is nearly always; else after a look, alone at last."""

from typing import Final

from shared.db.columns import MYSQL
from shared.db.posts import NewTurn, PlaceTaken, PostedTurn
from shared.db.unit_of_work import Database
from shared.ids import hash_of

MOST_REMEMBERED: Final = 20_000  # sessions, some 5 MB


class Posting:
    """Posts turns, and remembers which session a token opens: that never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sessions: dict[str, str] = {}

    async def post(self, token: str, new: NewTurn) -> PostedTurn:
        """Insert a visitor's message as the session's next turn, or find the one posted before.

        Raises SessionNotFound, SessionExpired, IdempotencyConflict, TooManyOpenTurns, DatabaseUnavailable.
        """
        session_id = self._sessions.get(hash_of(token))
        if session_id is not None:
            added = await self._database.stepwise(lambda uow: uow.posts.add(token, session_id, new))
            if added is not None:
                return added
        posted = await self._post_after_a_look(token, new)
        if self._database.dialect == MYSQL:
            self._remember(token, posted.session_id)
        return posted

    async def _post_after_a_look(self, token: str, new: NewTurn) -> PostedTurn:
        try:
            return await self._database.stepwise(lambda uow: uow.posts.post(token, new))
        except PlaceTaken:  # rarely does anybody else post in the session just then
            return await self._database.write(lambda uow: uow.posts.post(token, new, alone=True))

    def _remember(self, token: str, session_id: str) -> None:
        if len(self._sessions) >= MOST_REMEMBERED:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[hash_of(token)] = session_id
