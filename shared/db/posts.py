"""Posts: the statements by which a visitor's message becomes the session's next turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from shared.db.columns import utc_now
from shared.db.models import has_open_turn, sessions, turns
from shared.errors import IdempotencyConflict, SessionExpired, SessionNotFound, TooManyOpenTurns
from shared.ids import hash_of, new_id
from shared.vocabulary import SessionStatus, TurnStatus

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


class PlaceTaken(Exception):
    """Somebody posted in this session at the same moment, or erased it."""


# Statements are made once: building one costs more than running it.
_times = {"next_attempt_at": utc_now(HINT_PATIENCE_SECONDS), "deadline_at": utc_now("deadline_seconds")}
_last_seq = select(func.max(turns.c.seq)).where(turns.c.session_id == sessions.c.id).scalar_subquery()
_rested = sessions.c.last_activity_at <= utc_now("ago")
_known, _waiting = aliased(turns), aliased(turns)
LOCK_SESSION = select(sessions.c.id).where(sessions.c.token_hash == bindparam("hash")).with_for_update()
POSTING = (
    select(
        sessions.c.id.label("session_id"),
        sessions.c.status.label("session_status"),
        ((sessions.c.expires_at <= utc_now()) & ~has_open_turn).label("lapsed"),
        _rested.label("rested"),
        _last_seq.label("last_seq"),
        _known.c.id, _known.c.seq, _known.c.status, _known.c.body_hash, _known.c.client_message_id,
    )
    .outerjoin(
        _known,
        (_known.c.session_id == sessions.c.id)
        & or_(_known.c.client_message_id == bindparam("message_id"), _known.c.status == TurnStatus.QUEUED),
    )
    .where(sessions.c.token_hash == bindparam("hash"))
)  # fmt: skip
ADD_TURN = insert(turns).values(_times)
_given = {
    column: bindparam(f"new_{column}", type_=turns.c[column].type)
    for column in ("id", "client_message_id", "body_hash", "question")
}
# MySQL tells us the place that it found for the turn as if it had numbered the rows itself.
_next_seq = func.last_insert_id(func.coalesce(_last_seq, 0) + 1)
ADD_AT_ONCE = insert(turns).from_select(
    [*_given, *_times, "session_id", "seq"],
    select(
        *_given.values(), *_times.values(), sessions.c.id, func.last_insert_id(func.coalesce(_last_seq, 0) + 1)
    ).where(
        sessions.c.token_hash == bindparam("hash"),
        sessions.c.status == SessionStatus.ACTIVE,
        sessions.c.expires_at > utc_now(),
        ~_rested,
        select(func.count())
        .where(_waiting.c.session_id == sessions.c.id, _waiting.c.status == TurnStatus.QUEUED)
        .scalar_subquery()
        < bindparam("max_waiting"),
    ),
)
PROLONG_SESSION = (
    update(sessions)
    .where(sessions.c.id == bindparam("session"), sessions.c.status == SessionStatus.ACTIVE)
    .values(last_activity_at=utc_now(), expires_at=utc_now("ttl_seconds"))
)


class Posts:
    """The `turns` table, as posts write to it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, token: str, session_id: str, new: NewTurn) -> PostedTurn | None:
        """Insert the message as the next turn of the session that the token opens, in one statement, which is MySQL's.

        Nothing is inserted, and None returned, where anything is in the way: `post` finds out what.
        """
        row = {f"new_{column}": value for column, value in _values(new).items()}
        limits = {"hash": hash_of(token), "deadline_seconds": new.deadline_seconds, "max_waiting": new.max_waiting}
        try:
            added = await self._connection.execute(ADD_AT_ONCE, row | limits | {"ago": _ago(new)})
        except IntegrityError:
            return None
        if added.rowcount != 1:
            return None
        return PostedTurn(row["new_id"], added.lastrowid, TurnStatus.QUEUED, session_id, created=True)

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
        if before := _posted_before(known, new):
            return before
        if session.lapsed or session.session_status != SessionStatus.ACTIVE:
            raise SessionExpired
        if len(known) >= new.max_waiting:
            raise TooManyOpenTurns(retry_after=2)
        if session.rested:
            await self._prolong(session.session_id, new.session_ttl_seconds)
        values = _values(new)
        place = {"session_id": session.session_id, "seq": (session.last_seq or 0) + 1}
        try:
            await self._connection.execute(ADD_TURN, values | place | {"deadline_seconds": new.deadline_seconds})
        except IntegrityError as error:
            raise PlaceTaken from error
        return PostedTurn(values["id"], place["seq"], TurnStatus.QUEUED, session.session_id, created=True)

    async def _posting(self, token: str, new: NewTurn) -> Sequence[Row[*tuple[Any, ...]]]:
        """Return the session, beside each of its turns that wait or were posted with this id, or alone."""
        about = {"hash": hash_of(token), "message_id": new.client_message_id, "ago": _ago(new)}
        rows = (await self._connection.execute(POSTING, about)).all()
        if not rows:
            raise SessionNotFound
        return rows

    async def _prolong(self, session_id: str, ttl_seconds: float) -> None:
        prolonged = await self._connection.execute(PROLONG_SESSION, {"session": session_id, "ttl_seconds": ttl_seconds})
        if prolonged.rowcount == 0:
            raise SessionExpired  # in between


def _posted_before(known: Sequence[Row[*tuple[Any, ...]]], new: NewTurn) -> PostedTurn | None:
    """Return the turn that was posted with this id. Raises IdempotencyConflict for another message."""
    for row in known:
        if row.client_message_id == new.client_message_id:
            if row.body_hash != hash_of(new.message):
                raise IdempotencyConflict
            return PostedTurn(row.id, row.seq, TurnStatus(row.status), row.session_id, created=False)
    return None


def _values(new: NewTurn) -> dict[str, str]:
    return {
        "id": new_id(),
        "client_message_id": new.client_message_id,
        "body_hash": hash_of(new.message),
        "question": new.message,
    }


def _ago(new: NewTurn) -> float:
    return -new.session_ttl_seconds * RESTED_PART
