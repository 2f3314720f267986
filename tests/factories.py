"""Sessions and turns as tests need them, made through the product's own statements."""

from typing import NamedTuple

from shared.db.claims import Claim
from shared.db.posting import Posting
from shared.db.posts import NewTurn, PostedTurn
from shared.db.unit_of_work import Database
from shared.ids import new_id, new_token


class OpenSession(NamedTuple):
    """A session and the token that opens it."""

    id: str
    token: str


async def open_session(database: Database, ttl_seconds: float = 60) -> OpenSession:
    """Open a session that lives so long."""
    session = OpenSession(new_id(), new_token())
    await database.write(
        lambda uow: uow.sessions.open(session.id, session.token, origin=None, locale=None, ttl=ttl_seconds)
    )
    return session


async def post(database: Database, session: OpenSession, name: str = "first", ttl_seconds: float = 60) -> PostedTurn:
    """Post a message under a client's id, which is its text, too."""
    new = NewTurn(name, name, max_waiting=3, deadline_seconds=60, session_ttl_seconds=ttl_seconds)
    return await Posting(database).post(session.token, new)


async def claimed(database: Database, session_id: str, owner: str = "worker", seconds: float = 60) -> Claim:
    """Claim the session's head turn, which has to be there."""
    return (await database.stepwise(lambda uow: uow.claims.claim([session_id], owner, seconds)))[session_id]
