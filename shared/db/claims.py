"""Turns as the workers need them: claimed by compare-and-set, held by a lease, ended behind a fence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, func, or_, select, tuple_, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from shared.db.columns import utc_now
from shared.db.lead_states import LeadState
from shared.db.models import documents_were_asked, is_open, lead_states, sessions, turns
from shared.db.turns import stranded
from shared.vocabulary import FinishReason, LeadStep, Provider, TurnStatus

HISTORY_TURNS = 10  # how far back a turn looks
NEVER_LATE = 1e6
LOCK_WAIT_TIMEOUT = 1205  # MySQL's and MariaDB's
PATIENCE_SECONDS = 5  # how long a hinted-again turn is left alone


class Spoken(NamedTuple):
    """An earlier turn of the session: what was asked, what was said, and whether the documents were asked."""

    question: str
    answer: str
    searched: bool = True


class Finished(Enum):
    """What became of the end of a turn."""

    NOW = auto()
    BEFORE = auto()  # by us: what confirmed the commit was lost
    LOST = auto()  # somebody else's turn by now; nothing was written


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
    late: bool
    """Whether its visitor has waited for so long that a quote at once is better than an answer later."""
    history: tuple[Spoken, ...]
    """Earlier turns, oldest first."""
    lead: LeadState = field(default_factory=LeadState)
    """Where lead capture stood after them."""
    waited: float = 0.0
    """Seconds from its post to this claim."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended."""

    status: TurnStatus
    answer: str
    citations: Sequence[dict[str, Any]] = ()
    lead: dict[str, Any] | None = None
    """What the `lead` event tells, where the turn moved lead capture on."""
    kb_release: str | None = None
    model: str | None = None
    usage: dict[str, int] | None = None
    provider: Provider | None = None
    """Who answered."""
    degraded: str | None = None
    """Why it was not the chat model."""
    finish_reason: FinishReason | None = None
    error_code: str | None = None
    unanswered: int | None = None
    """0 where the documents did not tell: the question waits to be grouped with others like it."""


_running = aliased(turns)
_busy = select(_running.c.id).where(
    _running.c.session_id == turns.c.session_id,
    _running.c.status == TurnStatus.RUNNING,
    _running.c.lease_until > utc_now(),
)

# Statements are made once: building one costs more than running it.
_head, _past = aliased(turns), aliased(turns)
_open = select(func.min(turns.c.seq)).where(turns.c.session_id == sessions.c.id, is_open).scalar_subquery()
HEADS = (
    select(
        _past.c.id, _past.c.session_id, _past.c.seq, _past.c.status, _past.c.fence, _past.c.attempt, _past.c.question,
        _past.c.answer, sessions.c.locale, _past.c.created_at, utc_now().label("now"),
        lead_states.c.current_step, lead_states.c.pending, lead_states.c.asked_count, lead_states.c.lead_id,
        documents_were_asked(_past).label("searched"),
        (_past.c.lease_until <= utc_now()).label("lapsed"),
        (_past.c.deadline_at <= utc_now()).label("overdue"),
        (_past.c.created_at <= utc_now("late_shift")).label("late"),
    )
    .select_from(sessions)
    .join(_head, (_head.c.session_id == sessions.c.id) & (_head.c.seq == _open))
    .outerjoin(lead_states, lead_states.c.session_id == sessions.c.id)
    .join(_past, (_past.c.session_id == sessions.c.id) & _past.c.seq.between(_head.c.seq - HISTORY_TURNS, _head.c.seq))
    .where(sessions.c.id.in_(bindparam("sessions", expanding=True)))
)  # fmt: skip
_IN_ORDER = attrgetter("session_id", "seq")
TAKE = (
    update(turns)
    .where(turns.c.id.in_(bindparam("turns", expanding=True)))  # databases look this up, and not the pairs
    .where(tuple_(turns.c.id, turns.c.fence).in_(bindparam("seen", expanding=True)))
    .where(
        or_(
            turns.c.status == TurnStatus.QUEUED,
            (turns.c.status == TurnStatus.RUNNING) & (turns.c.lease_until <= utc_now()),
        )
    )
    .values(
        status=TurnStatus.RUNNING.value,
        owner=bindparam("by"),
        fence=turns.c.fence + 1,
        attempt=turns.c.attempt + 1,  # counted before the work: a turn that kills its worker ends after a few
        lease_until=utc_now("lease_seconds"),
    )
)
TAKEN = select(turns.c.id, turns.c.fence).where(
    turns.c.id.in_(bindparam("turns", expanding=True)),
    turns.c.owner == bindparam("by"),
    turns.c.status == TurnStatus.RUNNING,
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
STRANDED = select(turns.c.id, turns.c.session_id).where(stranded(), ~_busy.exists()).order_by(turns.c.created_at)
UNLOCKED = (
    select(turns.c.id).where(turns.c.id.in_(bindparam("turns", expanding=True))).with_for_update(skip_locked=True)
)
OLDEST_DUE = select(func.min(turns.c.created_at), utc_now()).where(stranded())


class Claims:
    """The `turns` table, from the worker's side."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(
        self, session_ids: Sequence[str], owner: str, lease_seconds: float, late_seconds: float = NEVER_LATE
    ) -> dict[str, Claim]:
        """Claim whatever can be claimed in these sessions; return it by session."""
        return await self.take(await self.claimable(session_ids, late_seconds), owner, lease_seconds)

    async def claimable(self, session_ids: Sequence[str], late_seconds: float = NEVER_LATE) -> list[Claim]:
        """Return the claim to the lowest open turn of each session; none where nothing is open or somebody is at it."""
        found = await self._connection.execute(HEADS, {"sessions": session_ids, "late_shift": -late_seconds})
        rows = sorted(found, key=_IN_ORDER)  # the database would make a table of its own to sort them: half its time
        return [claim for _, its in groupby(rows, attrgetter("session_id")) if (claim := _claim_of([*its]))]

    async def take(self, claims: Sequence[Claim], owner: str, lease_seconds: float) -> dict[str, Claim]:
        """Make these claims true; return by session those that are, since nobody was faster.

        Every statement stands for itself: no transaction is needed around them.
        """
        taken = await self._take_free(claims, owner, lease_seconds) if claims else ()
        return {claim.session_id: claim for claim in claims if claim.turn_id in taken}

    async def _take_free(self, claims: Sequence[Claim], owner: str, lease_seconds: float) -> Collection[str]:
        """Take the turns, without those that somebody else has locked for long, perhaps frozen in the middle of it."""
        try:
            return await self._take(claims, owner, lease_seconds)
        except OperationalError as error:
            if not (error.orig and error.orig.args[:1] == (LOCK_WAIT_TIMEOUT,)):
                raise
        free = await self._unlocked([claim.turn_id for claim in claims])
        return await self._take([claim for claim in claims if claim.turn_id in free], owner, lease_seconds)

    async def _unlocked(self, turn_ids: Sequence[str]) -> Collection[str]:
        return (await self._connection.execute(UNLOCKED, {"turns": turn_ids})).scalars().all()

    async def _take(self, claims: Sequence[Claim], owner: str, lease_seconds: float) -> Collection[str]:
        """Return which of the turns are this owner's from now on."""
        seen = [(claim.turn_id, claim.fence - 1) for claim in claims]
        about = {"turns": [claim.turn_id for claim in claims], "by": owner}
        take = await self._connection.execute(TAKE, about | {"seen": seen, "lease_seconds": lease_seconds})
        if take.rowcount in {0, len(claims)}:
            return about["turns"] if take.rowcount else ()
        fences = {row.id: row.fence for row in await self._connection.execute(TAKEN, about)}
        return [claim.turn_id for claim in claims if fences.get(claim.turn_id) == claim.fence]

    async def renew(self, owner: str, turn_ids: Sequence[str], lease_seconds: float) -> dict[str, int]:
        """Renew the leases of the turns this worker holds; return `{turn_id: fence}` of those it still does."""
        held = (turns.c.id.in_(turn_ids), turns.c.owner == owner, turns.c.status == TurnStatus.RUNNING)
        await self._connection.execute(update(turns).where(*held).values(lease_until=utc_now(lease_seconds)))
        return {
            row.id: row.fence for row in await self._connection.execute(select(turns.c.id, turns.c.fence).where(*held))
        }

    async def finish(self, claim: Claim, outcome: Outcome) -> Finished:
        """End the turn, unless it is no longer this worker's."""
        values = {f"new_{column}": getattr(outcome, column) for column in Outcome.__slots__}
        mine = {"turn": claim.turn_id, "held_fence": claim.fence}
        if (await self._connection.execute(FINISH, values | mine)).rowcount == 1:
            return Finished.NOW
        # Nobody else ends a turn behind this fence: it was us, and what confirmed our commit was lost.
        ended = (await self._connection.execute(ENDED, mine | {"as_status": outcome.status})).first()
        return Finished.BEFORE if ended else Finished.LOST

    async def release(self, claim: Claim) -> None:
        """Give the turn back unanswered, so that another worker takes it at once."""
        await self._connection.execute(GIVE_BACK, {"turn": claim.turn_id, "held_fence": claim.fence})

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
        free = await self._unlocked([*found])
        later = update(turns).where(turns.c.id.in_(free)).values(next_attempt_at=utc_now(PATIENCE_SECONDS))
        await self._connection.execute(later)
        return list(dict.fromkeys(session_id for turn_id, session_id in found.items() if turn_id in free))


def _claim_of(rows: Sequence[Row[*tuple[Any, ...]]]) -> Claim | None:
    """Return the claim to the last of a session's turns, as it would be; None while somebody is at it."""
    *past, head = rows
    if head.status == TurnStatus.RUNNING and not head.lapsed:
        return None
    return Claim(
        turn_id=head.id,
        session_id=head.session_id,
        seq=head.seq,
        fence=head.fence + 1,
        attempt=head.attempt + 1,
        question=head.question,
        locale=head.locale,
        overdue=bool(head.overdue),
        late=bool(head.late),
        history=tuple(
            Spoken(turn.question, turn.answer, bool(turn.searched)) for turn in past if turn.answer is not None
        ),
        lead=LeadState(LeadStep(head.current_step), head.pending or {}, head.asked_count, head.lead_id)
        if head.current_step
        else LeadState(),
        waited=max(0.0, (head.now - head.created_at).total_seconds()),
    )
