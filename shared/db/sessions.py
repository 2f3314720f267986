"""Sessions: opened with a token, found by it, ended when their time is over."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import has_open_turn, lead_states, sessions, turns
from shared.db.operator_models import spending
from shared.errors import SessionExpired, SessionNotFound
from shared.ids import hash_of
from shared.vocabulary import LeadStep, SessionStatus, SpendingScope


@dataclass(frozen=True, slots=True)
class Session:
    """A visitor's session as the gateway sees it."""

    id: str
    status: SessionStatus
    locale: str | None
    created_at: datetime
    expires_at: datetime


BY_TOKEN = select(
    sessions.c.id,
    sessions.c.status,
    sessions.c.locale,
    sessions.c.created_at,
    sessions.c.expires_at,
    ((sessions.c.expires_at <= utc_now()) & ~has_open_turn).label("lapsed"),
).where(sessions.c.token_hash == bindparam("hash"))


class Sessions:
    """The `sessions` table."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(
        self, session_id: str, token: str, *, origin: str | None, locale: str | None, ttl: float
    ) -> datetime:
        """Insert a session that lives `ttl` seconds, and return when it ends."""
        values = {"id": session_id, "token_hash": hash_of(token), "origin": origin, "locale": locale}
        await self._connection.execute(insert(sessions).values(**values, expires_at=utc_now(ttl)))
        query = select(sessions.c.expires_at).where(sessions.c.id == session_id)
        expires_at: datetime = (await self._connection.execute(query)).scalar_one()
        return expires_at

    async def find(self, token: str) -> Session | None:
        """Return the session of a token; one whose time is over counts as expired unless a turn is still open."""
        row = (await self._connection.execute(BY_TOKEN, {"hash": hash_of(token)})).first()
        if row is None:
            return None
        status = SessionStatus.EXPIRED if row.lapsed else SessionStatus(row.status)
        return Session(row.id, status, row.locale, row.created_at, row.expires_at)

    async def enter(self, token: str, ttl: float) -> str:
        """Lock the session of a token, prolong it, and return its id; call it in a transaction.

        Raises SessionNotFound and SessionExpired.
        """
        locked = select(sessions.c.id).where(sessions.c.token_hash == hash_of(token)).with_for_update()
        await self._connection.execute(locked)
        session = await self.find(token)
        if session is None:
            raise SessionNotFound
        if session.status is not SessionStatus.ACTIVE:
            raise SessionExpired
        prolonged = {"last_activity_at": utc_now(), "expires_at": utc_now(ttl)}
        await self._connection.execute(update(sessions).where(sessions.c.id == session.id).values(prolonged))
        return session.id

    async def lead_step(self, session_id: str) -> LeadStep:
        """Return where the session's lead capture stands."""
        query = select(lead_states.c.current_step).where(lead_states.c.session_id == session_id)
        step = (await self._connection.execute(query)).scalar_one_or_none()
        return LeadStep(step) if step else LeadStep.IDLE

    async def expire(self, limit: int = 100) -> list[str]:
        """End sessions whose time is over and that wait for no answer; return their ids. Call it in a transaction."""
        over = (sessions.c.status == SessionStatus.ACTIVE, sessions.c.expires_at <= utc_now(), ~has_open_turn)
        # Locked, so that no post prolongs one before its end; one that a post has locked is about to be prolonged.
        found = select(sessions.c.id).where(*over).limit(limit).with_for_update(skip_locked=True)
        ids = list((await self._connection.execute(found)).scalars())
        if ids:
            ended = update(sessions).where(sessions.c.id.in_(ids)).values(status=SessionStatus.EXPIRED.value)
            await self._connection.execute(ended)
        return ids

    async def older_than(self, days: float, limit: int) -> list[str]:
        """Return ids of ended sessions without activity for that many days."""
        query = select(sessions.c.id).where(
            sessions.c.status == SessionStatus.EXPIRED,
            sessions.c.expires_at <= utc_now(-days * 86400),
        )
        return list((await self._connection.execute(query.limit(limit))).scalars())

    async def erase(self, session_id: str) -> None:
        """Delete the session with everything said in it, once nobody else is changing it."""
        await self._connection.execute(select(sessions.c.id).where(sessions.c.id == session_id).with_for_update())
        await self.delete([session_id])

    async def delete(self, ids: list[str]) -> None:
        """Delete the sessions with everything said in them."""
        await self._connection.execute(delete(turns).where(turns.c.session_id.in_(ids)))
        await self._connection.execute(delete(lead_states).where(lead_states.c.session_id.in_(ids)))
        mine = (spending.c.scope == SpendingScope.SESSION, spending.c.period.in_(ids))
        await self._connection.execute(delete(spending).where(*mine))
        await self._connection.execute(delete(sessions).where(sessions.c.id.in_(ids)))
