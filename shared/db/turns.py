"""Turns as the gateway needs them: read back, cancelled, rated."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import is_open, turns
from shared.vocabulary import OPEN_STATUSES, Rating, TurnStatus


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


def stranded() -> ColumnElement[bool]:
    """Return the condition of an open turn whose hint or worker was lost."""
    unhinted = (turns.c.status == TurnStatus.QUEUED) & (turns.c.next_attempt_at <= utc_now())
    abandoned = (turns.c.status == TurnStatus.RUNNING) & (turns.c.lease_until <= utc_now())
    return or_(unhinted, abandoned)


# Statements are made once: building one costs more than running it.
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
