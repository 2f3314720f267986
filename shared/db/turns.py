"""Turns as the gateway needs them: posted once, read back, cancelled, rated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from shared.db.columns import utc_now
from shared.db.models import has_open_turn, is_open, sessions, turns
from shared.errors import IdempotencyConflict, SessionExpired, SessionNotFound, TooManyOpenTurns
from shared.ids import hash_of, new_id
from shared.vocabulary import OPEN_STATUSES, Rating, SessionStatus, TurnStatus

RESTED_PART = 0.01  # of a session's time: one that was active more recently is not prolonged, which saves a write
HINT_PATIENCE_SECONDS = 2  # how long a posted turn may wait for its hint before someone hints again


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A message as it was posted, with the limits it is held to."""

    message: str
    client_message_id: str
    max_waiting: int
    deadline_seconds: float
    session_ttl_seconds: float


@dataclass(frozen=True, slots=True)
class PostedTurn:
    """The turn behind a post; `created` tells a new one from a repeated post."""

    id: str
    seq: int
    status: TurnStatus
    session_id: str
    created: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as its visitor may see it; `stranded` says that nobody seems to work on it."""

    id: str
    session_id: str
    seq: int
    status: TurnStatus
    question: str
    answer: str | None
    citations: list[dict[str, Any]]
    lead: dict[str, Any] | None
    finish_reason: str | None
    error_code: str | None
    rating: str | None
    fence: int
    attempt: int
    created_at: datetime
    stranded: bool

    @property
    def is_open(self) -> bool:
        """Whether an answer is still to come."""
        return self.status in OPEN_STATUSES


@dataclass(frozen=True, slots=True)
class CancelledTurn:
    """A turn that was cancelled by this very call; its new fence keeps the worker out of the log."""

    id: str
    seq: int
    fence: int
    was_head: bool
    """Whether no earlier turn is open, so that its last event may be written now."""


class PlaceTaken(Exception):
    """Somebody posted in this session at the same moment, or erased it."""


def stranded() -> ColumnElement[bool]:
    """Return the condition of an open turn whose hint or worker was lost."""
    unhinted = (turns.c.status == TurnStatus.QUEUED) & (turns.c.next_attempt_at <= utc_now())
    abandoned = (turns.c.status == TurnStatus.RUNNING) & (turns.c.lease_until <= utc_now())
    return or_(unhinted, abandoned)


# Statements are made once: building one costs more than running it.
LOCK_SESSION = select(sessions.c.id).where(sessions.c.token_hash == bindparam("hash")).with_for_update()
_known = aliased(turns)
POSTING = (
    select(
        sessions.c.id.label("session_id"),
        sessions.c.status.label("session_status"),
        ((sessions.c.expires_at <= utc_now()) & ~has_open_turn).label("lapsed"),
        (sessions.c.last_activity_at <= utc_now("ago")).label("rested"),
        select(func.max(turns.c.seq)).where(turns.c.session_id == sessions.c.id).scalar_subquery().label("last_seq"),
        _known.c.id, _known.c.seq, _known.c.status, _known.c.body_hash, _known.c.client_message_id,
    )
    .outerjoin(
        _known,
        (_known.c.session_id == sessions.c.id)
        & or_(_known.c.client_message_id == bindparam("message_id"), _known.c.status == TurnStatus.QUEUED),
    )
    .where(sessions.c.token_hash == bindparam("hash"))
)  # fmt: skip
ADD_TURN = insert(turns).values(next_attempt_at=utc_now(HINT_PATIENCE_SECONDS), deadline_at=utc_now("deadline_seconds"))
PROLONG_SESSION = (
    update(sessions)
    .where(sessions.c.id == bindparam("session"), sessions.c.status == SessionStatus.ACTIVE)
    .values(last_activity_at=utc_now(), expires_at=utc_now("ttl_seconds"))
)
VISIBLE = select(
    turns.c.id, turns.c.session_id, turns.c.seq, turns.c.status, turns.c.question, turns.c.answer, turns.c.citations,
    turns.c.lead, turns.c.finish_reason, turns.c.error_code, turns.c.rating, turns.c.fence, turns.c.attempt,
    turns.c.created_at,
    stranded().label("stranded"),
).order_by(turns.c.seq)  # fmt: skip
ALL_OF_SESSION = VISIBLE.where(turns.c.session_id == bindparam("session"))
ONE_OF_SESSION = ALL_OF_SESSION.where(turns.c.id == bindparam("turn"))


class Turns:
    """The `turns` table, from the visitor's side."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def post(self, token: str, new: NewTurn, *, alone: bool = False) -> PostedTurn:
        """Insert the visitor's message as the session's next turn, or find the one posted before.

        Raises SessionNotFound, SessionExpired, IdempotencyConflict, TooManyOpenTurns, and PlaceTaken when somebody
        posted in this session at the same moment; `alone`, in a transaction, makes others wait instead.
        """
        if alone:
            await self._connection.execute(LOCK_SESSION, {"hash": hash_of(token)})
        rows = await self._posting(token, new)
        session = rows[0]
        known = [row for row in rows if row.id]
        body_hash = hash_of(new.message)
        for row in known:
            if row.client_message_id == new.client_message_id:
                if row.body_hash != body_hash:
                    raise IdempotencyConflict
                return PostedTurn(row.id, row.seq, TurnStatus(row.status), session.session_id, created=False)
        if session.lapsed or session.session_status != SessionStatus.ACTIVE:
            raise SessionExpired
        if len(known) >= new.max_waiting:
            raise TooManyOpenTurns(retry_after=2)
        if session.rested:
            await self._prolong(session.session_id, new.session_ttl_seconds)
        return await self._insert(session.session_id, (session.last_seq or 0) + 1, body_hash, new)

    async def _posting(self, token: str, new: NewTurn) -> Sequence[Row[*tuple[Any, ...]]]:
        """Return the session, beside each of its turns that wait or were posted with this id, or alone."""
        about = {
            "hash": hash_of(token),
            "message_id": new.client_message_id,
            "ago": -new.session_ttl_seconds * RESTED_PART,
        }
        rows = (await self._connection.execute(POSTING, about)).all()
        if not rows:
            raise SessionNotFound
        return rows

    async def _prolong(self, session_id: str, ttl_seconds: float) -> None:
        prolonged = await self._connection.execute(PROLONG_SESSION, {"session": session_id, "ttl_seconds": ttl_seconds})
        if prolonged.rowcount == 0:
            raise SessionExpired  # in between

    async def _insert(self, session_id: str, seq: int, body_hash: str, new: NewTurn) -> PostedTurn:
        turn_id = new_id()
        row = {
            "id": turn_id,
            "session_id": session_id,
            "seq": seq,
            "client_message_id": new.client_message_id,
            "body_hash": body_hash,
            "question": new.message,
            "deadline_seconds": new.deadline_seconds,
        }
        try:
            await self._connection.execute(ADD_TURN, row)
        except IntegrityError as error:
            raise PlaceTaken from error
        return PostedTurn(turn_id, seq, TurnStatus.QUEUED, session_id, created=True)

    async def of_session(self, session_id: str, turn_id: str) -> Turn | None:
        """Return the turn, None when this session has no such turn."""
        row = (await self._connection.execute(ONE_OF_SESSION, {"session": session_id, "turn": turn_id})).first()
        return _turn(row) if row else None

    async def all_of(self, session_id: str) -> list[Turn]:
        """Return the session's turns, oldest first."""
        return [_turn(row) for row in await self._connection.execute(ALL_OF_SESSION, {"session": session_id})]

    async def cancel(self, session_id: str, turn_id: str) -> CancelledTurn | None:
        """End an open turn and shut its worker out; None when the turn had ended already."""
        mine = (turns.c.id == turn_id, turns.c.session_id == session_id)
        row = (await self._connection.execute(select(turns.c.seq, turns.c.fence, turns.c.status).where(*mine))).first()
        if row is None or row.status not in OPEN_STATUSES:
            return None
        values = {"status": TurnStatus.CANCELLED.value, "fence": row.fence + 1, "answer": "", "finished_at": utc_now()}
        unchanged = (*mine, turns.c.fence == row.fence, turns.c.status == row.status)
        result = await self._connection.execute(update(turns).where(*unchanged).values(values))
        if result.rowcount == 0:  # claimed or finished in between: look again
            return await self.cancel(session_id, turn_id)
        earlier = select(turns.c.id).where(turns.c.session_id == session_id, turns.c.seq < row.seq, is_open)
        was_head = (await self._connection.execute(earlier.limit(1))).first() is None
        return CancelledTurn(turn_id, row.seq, row.fence + 1, was_head)

    async def keep_words(self, turn_id: str, answer: str) -> None:
        """Store what a cancelled turn had said before it was cancelled."""
        mine = (turns.c.id == turn_id, turns.c.status == TurnStatus.CANCELLED)
        await self._connection.execute(update(turns).where(*mine).values(answer=answer))

    async def rate(self, session_id: str, turn_id: str, rating: Rating, comment: str | None) -> bool:
        """Store the visitor's rating; False when this session has no such turn."""
        mine = (turns.c.id == turn_id, turns.c.session_id == session_id)
        result = await self._connection.execute(
            update(turns).where(*mine).values(rating=rating.value, rating_comment=comment)
        )
        return result.rowcount == 1


def _turn(row: Row[*tuple[Any, ...]]) -> Turn:
    values = row._asdict()
    values["status"] = TurnStatus(values["status"])
    values["citations"] = values["citations"] or []
    values["stranded"] = bool(values["stranded"])
    return Turn(**values)
