"""Turns as the workers need them: claimed by compare-and-set, held by a lease, ended behind a fence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from shared.db.columns import utc_now
from shared.db.models import is_open, sessions, turns
from shared.db.turns import stranded
from shared.vocabulary import FinishReason, TurnStatus

HISTORY_TURNS = 10
PATIENCE_SECONDS = 5  # how long a hinted-again turn is left alone


class Spoken(NamedTuple):
    """An earlier turn of the session: what was asked and what was said."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A turn that this worker alone may answer until its lease ends or its fence is passed."""

    turn_id: str
    session_id: str
    seq: int
    fence: int
    attempt: int
    question: str
    locale: str | None
    overdue: bool
    history: tuple[Spoken, ...]
    """Earlier turns, oldest first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended."""

    status: TurnStatus
    answer: str
    citations: Sequence[dict[str, Any]] = ()
    kb_release: str | None = None
    model: str | None = None
    usage: dict[str, int] | None = None
    finish_reason: FinishReason | None = None
    error_code: str | None = None


_running = aliased(turns)
_busy = select(_running.c.id).where(
    _running.c.session_id == turns.c.session_id,
    _running.c.status == TurnStatus.RUNNING,
    _running.c.lease_until > utc_now(),
)

# Statements are made once: building one costs more than running it.
HEAD = (
    select(
        turns.c.id, turns.c.seq, turns.c.status, turns.c.fence, turns.c.attempt, turns.c.question,
        sessions.c.locale,
        (turns.c.lease_until <= utc_now()).label("lapsed"),
        (turns.c.deadline_at <= utc_now()).label("overdue"),
    )
    .join(sessions, sessions.c.id == turns.c.session_id)
    .where(turns.c.session_id == bindparam("session"), is_open)
    .order_by(turns.c.seq)
    .limit(1)
)  # fmt: skip
TAKE = (
    update(turns)
    .where(turns.c.id == bindparam("turn"), turns.c.fence == bindparam("seen_fence"))
    .where(turns.c.status == bindparam("seen_status"))
    .values(
        status=TurnStatus.RUNNING.value,
        owner=bindparam("by"),
        fence=turns.c.fence + 1,
        attempt=turns.c.attempt + 1,  # counted before the work: a turn that kills its worker ends after a few
        lease_until=utc_now("lease_seconds"),
    )
)
HISTORY = (
    select(turns.c.question, turns.c.answer)
    .where(turns.c.session_id == bindparam("session"), turns.c.seq < bindparam("before"), turns.c.answer.is_not(None))
    .order_by(turns.c.seq.desc())
    .limit(HISTORY_TURNS)
)
_mine = (
    turns.c.id == bindparam("turn"),
    turns.c.fence == bindparam("held_fence"),
    turns.c.status == TurnStatus.RUNNING,
)
FINISH = (
    update(turns)
    .where(*_mine)
    .values(
        finished_at=utc_now(),
        lease_until=None,
        **{column: bindparam(f"new_{column}", type_=turns.c[column].type) for column in Outcome.__slots__},
    )
)
ENDED = select(turns.c.id).where(
    turns.c.id == bindparam("turn"), turns.c.fence == bindparam("held_fence"), turns.c.status == bindparam("as_status")
)
GIVE_BACK = (
    update(turns).where(*_mine).values(status=TurnStatus.QUEUED.value, lease_until=None, next_attempt_at=utc_now())
)
OPEN = select(turns.c.id).where(turns.c.session_id == bindparam("session"), is_open).limit(1)
STRANDED = select(turns.c.id, turns.c.session_id).where(stranded(), ~_busy.exists()).order_by(turns.c.created_at)
UNLOCKED = (
    select(turns.c.id).where(turns.c.id.in_(bindparam("turns", expanding=True))).with_for_update(skip_locked=True)
)
OLDEST_DUE = select(func.min(turns.c.created_at), utc_now()).where(stranded())


class Claims:
    """The `turns` table, from the worker's side."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, session_id: str, owner: str, lease_seconds: float) -> Claim | None:
        """Claim the session's lowest open turn; None when there is none or another worker holds it."""
        head = (await self._connection.execute(HEAD, {"session": session_id})).first()
        if head is None or (head.status == TurnStatus.RUNNING and not head.lapsed):
            return None
        seen = {"turn": head.id, "seen_fence": head.fence, "seen_status": head.status}
        taken = await self._connection.execute(TAKE, seen | {"by": owner, "lease_seconds": lease_seconds})
        if taken.rowcount == 0:
            return None
        return Claim(
            turn_id=head.id,
            session_id=session_id,
            seq=head.seq,
            fence=head.fence + 1,
            attempt=head.attempt + 1,
            question=head.question,
            locale=head.locale,
            overdue=bool(head.overdue),
            history=await self._history(session_id, head.seq) if head.seq > 1 else (),
        )

    async def _history(self, session_id: str, before_seq: int) -> tuple[Spoken, ...]:
        rows = await self._connection.execute(HISTORY, {"session": session_id, "before": before_seq})
        return tuple(Spoken(row.question, row.answer) for row in reversed(rows.all()))

    async def renew(self, owner: str, turn_ids: Sequence[str], lease_seconds: float) -> dict[str, int]:
        """Renew the leases of the turns this worker holds; return `{turn_id: fence}` of those it still does."""
        held = (turns.c.id.in_(turn_ids), turns.c.owner == owner, turns.c.status == TurnStatus.RUNNING)
        await self._connection.execute(update(turns).where(*held).values(lease_until=utc_now(lease_seconds)))
        return {
            row.id: row.fence for row in await self._connection.execute(select(turns.c.id, turns.c.fence).where(*held))
        }

    async def finish(self, claim: Claim, outcome: Outcome) -> bool:
        """End the turn; False when it is no longer this worker's, and then nothing was written."""
        values = {f"new_{column}": getattr(outcome, column) for column in Outcome.__slots__}
        mine = {"turn": claim.turn_id, "held_fence": claim.fence}
        if (await self._connection.execute(FINISH, values | mine)).rowcount == 1:
            return True
        # Nobody else ends a turn behind this fence: it was us, and what confirmed our commit was lost.
        return (await self._connection.execute(ENDED, mine | {"as_status": outcome.status})).first() is not None

    async def release(self, claim: Claim) -> None:
        """Give the turn back unanswered, so that another worker takes it at once."""
        await self._connection.execute(GIVE_BACK, {"turn": claim.turn_id, "held_fence": claim.fence})

    async def has_open_turn(self, session_id: str) -> bool:
        """Tell whether a turn of the session still waits for its answer."""
        return (await self._connection.execute(OPEN, {"session": session_id})).first() is not None

    async def oldest_due_seconds(self) -> float:
        """Return for how long the longest waiting stranded turn has waited, 0 when none is stranded."""
        since, now = (await self._connection.execute(OLDEST_DUE)).one()
        return max(0.0, (now - since).total_seconds()) if since else 0.0

    async def stranded_sessions(self, limit: int) -> list[str]:
        """Return sessions whose head turn nobody works on, longest waiting first, and leave them alone for a while."""
        found = {row.id: row.session_id for row in await self._connection.execute(STRANDED.limit(limit))}
        if not found:
            return []
        # Somebody else who is at one of them, perhaps frozen in the middle of it, must not hold up the others.
        free = (await self._connection.execute(UNLOCKED, {"turns": [*found]})).scalars().all()
        later = update(turns).where(turns.c.id.in_(free)).values(next_attempt_at=utc_now(PATIENCE_SECONDS))
        await self._connection.execute(later)
        return list(dict.fromkeys(session_id for turn_id, session_id in found.items() if turn_id in free))
