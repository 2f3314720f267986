"""Posting a turn: without a lock at first, since it is rare that anybody else posts in the session just then."""

from shared.db.turns import NewTurn, PlaceTaken, PostedTurn
from shared.db.unit_of_work import Database


async def post_once(database: Database, token: str, new: NewTurn) -> PostedTurn:
    """Insert a visitor's message as the session's next turn, or find the one posted before.

    Raises SessionNotFound, SessionExpired, IdempotencyConflict, TooManyOpenTurns, DatabaseUnavailable.
    """
    try:
        return await database.stepwise(lambda uow: uow.turns.post(token, new))
    except PlaceTaken:
        return await database.write(lambda uow: uow.turns.post(token, new, alone=True))
