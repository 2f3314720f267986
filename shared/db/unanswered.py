"""Questions that the documents did not answer, in groups of those that are alike."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import turns, unanswered
from shared.vocabulary import UnansweredStatus

WAITING: Final = 0
"""What `turns.unanswered` says of a question that no group has yet."""
MOST_EXAMPLES: Final = 5


class Asked(NamedTuple):
    """A question of a visitor's."""

    turn_id: str
    question: str


class Example(NamedTuple):
    """A question of a group, and where it was asked."""

    turn_id: str
    session_id: str
    question: str
    created_at: datetime


class Place(NamedTuple):
    """Where a group stands in the list: most often asked first, and of equals the older."""

    asked: int
    id: int


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are alike; the oldest that is still there stands for all."""

    id: int
    status: UnansweredStatus
    question: str
    count: int
    first_asked_at: datetime
    last_asked_at: datetime
    score: float | None
    """How well the first release that was looked at answered it, between 0 and 1; None before that."""
    asked_release: str | None
    """The newest release that a question of it was not answered from; None where there was none at all."""

    @property
    def place(self) -> Place:
        """Where it stands in the list."""
        return Place(self.count, self.id)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which groups waiting questions go to."""

    joined: Mapping[str, int]
    """`{turn_id: group}`."""
    founded: Sequence[Sequence[str]]
    """The turns of each new group."""

    @property
    def turn_ids(self) -> list[str]:
        """Every turn of it."""
        return sorted([*self.joined, *(turn for turns_of_one in self.founded for turn in turns_of_one)])


_counted = (
    select(
        turns.c.unanswered.label("group_id"),
        func.count().label("count"),
        func.min(turns.c.created_at).label("first_asked_at"),
        func.max(turns.c.created_at).label("last_asked_at"),
        func.min(turns.c.id).label("oldest"),  # ids begin with the time, and so do those of releases
        func.max(turns.c.kb_release).label("asked_release"),
    )
    .where(turns.c.unanswered > WAITING)
    .group_by(turns.c.unanswered)
    .subquery()
)
GROUPS: Final = (
    select(
        unanswered.c.id, unanswered.c.status, turns.c.question, _counted.c["count"], _counted.c.first_asked_at,
        _counted.c.last_asked_at, unanswered.c.score, _counted.c.asked_release,
    )
    .join(_counted, _counted.c.group_id == unanswered.c.id)
    .join(turns, turns.c.id == _counted.c.oldest)
)  # fmt: skip
UNGROUPED: Final = (
    select(turns.c.id, turns.c.question)
    .where(turns.c.unanswered == WAITING)
    .order_by(turns.c.id)
    .limit(bindparam("at_most"))
)
_of_group = func.row_number().over(partition_by=turns.c.unanswered, order_by=turns.c.id.desc())
LOCKED_TURNS: Final = (
    select(turns.c.id)
    .where(turns.c.id.in_(bindparam("turns", expanding=True)), turns.c.unanswered == WAITING)
    .order_by(turns.c.id)
    .with_for_update()
)
LOCKED_GROUPS: Final = (
    select(unanswered.c.id)
    .where(unanswered.c.id.in_(bindparam("groups", expanding=True)))
    .order_by(unanswered.c.id)
    .with_for_update()
)
EMPTY: Final = ~select(turns.c.id).where(turns.c.unanswered == unanswered.c.id).exists()
ASKED_AGAIN: Final = (
    select(turns.c.id).where(turns.c.unanswered == unanswered.c.id, turns.c.created_at > unanswered.c.decided_at)
).exists()


class Unanswered:
    """The `unanswered` table, with the turns that are in it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def page(self, status: UnansweredStatus | None, after: Place | None, limit: int) -> list[Group]:
        """Return the groups that follow a place, most often asked first."""
        query = GROUPS.order_by(_counted.c["count"].desc(), unanswered.c.id).limit(limit)
        if status:
            query = query.where(unanswered.c.status == status)
        return await self._groups(query.where(_stands_behind(after)) if after else query)

    async def find(self, group_id: int) -> Group | None:
        """Return a group, None when there is none or no question of it is left."""
        return next(iter(await self._groups(GROUPS.where(unanswered.c.id == group_id))), None)

    async def examples(self, group_ids: Collection[int]) -> dict[int, list[Example]]:
        """Return the newest few questions of each group, newest first."""
        columns = (turns.c.unanswered, turns.c.id, turns.c.session_id, turns.c.question, turns.c.created_at)
        ranked = select(*columns, _of_group.label("rank")).where(turns.c.unanswered.in_(group_ids)).subquery()
        query = select(ranked).where(ranked.c.rank <= MOST_EXAMPLES).order_by(ranked.c.unanswered, ranked.c.rank)
        found: dict[int, list[Example]] = {}
        for row in await self._connection.execute(query):
            example = Example(row.id, row.session_id, row.question, row.created_at)
            found.setdefault(row.unanswered, []).append(example)
        return found

    async def decide(self, group_id: int, status: UnansweredStatus) -> None:
        """Note what has become of a group."""
        await self._set([group_id], status=status.value, decided_at=utc_now())

    async def waiting(self, limit: int) -> list[Asked]:
        """Return the oldest questions that no group has yet, oldest first."""
        return [Asked(*row) for row in await self._connection.execute(UNGROUPED, {"at_most": limit})]

    async def candidates(self, limit: int) -> list[Group]:
        """Return the groups that were asked last, which new questions may join, by their ids."""
        groups = await self._groups(GROUPS.order_by(_counted.c.last_asked_at.desc(), unanswered.c.id).limit(limit))
        return sorted(groups, key=lambda group: group.id)

    async def store(self, grouping: Grouping) -> bool:
        """Put turns into groups, all of them or none; call it in a transaction.

        False, with nothing changed, when a turn or a group of it has gone or been taken since they were read: the
        grouping was made of what is no longer so, and is to be made again.
        """
        groups = sorted(set(grouping.joined.values()))
        there = (await self._connection.execute(LOCKED_GROUPS, {"groups": groups})).scalars().all()
        free = (await self._connection.execute(LOCKED_TURNS, {"turns": grouping.turn_ids})).scalars().all()
        if [*there] != groups or [*free] != grouping.turn_ids:
            return False
        for group in groups:
            await self._put([turn for turn, its in grouping.joined.items() if its == group], group)
        for founders in grouping.founded:
            made = await self._connection.execute(insert(unanswered).values(created_at=utc_now()))
            (group,) = made.inserted_primary_key or (WAITING,)
            await self._put(founders, group)
        await self._reopen(groups)
        return True

    async def unchecked(self, release: str, limit: int) -> list[Group]:
        """Return open groups that have not been compared with a release, oldest first."""
        other = or_(unanswered.c.checked_release.is_(None), unanswered.c.checked_release != release)
        query = GROUPS.where(unanswered.c.status == UnansweredStatus.OPEN, other)
        return await self._groups(query.order_by(unanswered.c.id).limit(limit))

    async def checked(self, group: Group, release: str, score: float, *, answered: bool) -> None:
        """Note how well a release answers a group, unless somebody has decided about it meanwhile."""
        first = {"score": func.coalesce(unanswered.c.score, score), "checked_release": release}
        decided = {"status": UnansweredStatus.ANSWERED.value, "decided_at": utc_now()} if answered else {}
        await self._set([group.id], unanswered.c.status == UnansweredStatus.OPEN, **first, **decided)

    async def sweep(self, limit: int) -> int:
        """Delete groups of which no question is left, and return how many; call it in a transaction."""
        empty = (await self._connection.execute(select(unanswered.c.id).where(EMPTY).limit(limit))).scalars().all()
        if not empty:
            return 0
        await self._connection.execute(LOCKED_GROUPS, {"groups": empty})
        # Nobody can join them from here on; who did so before the lock is seen now.
        still = (
            await self._connection.execute(select(unanswered.c.id).where(unanswered.c.id.in_(empty), EMPTY))
        ).scalars()
        gone = await self._connection.execute(delete(unanswered).where(unanswered.c.id.in_([*still])))
        return gone.rowcount

    async def _groups(self, query: Any) -> list[Group]:
        rows = await self._connection.execute(query)
        return [Group(row.id, UnansweredStatus(row.status), *row[2:]) for row in rows]

    async def _put(self, turn_ids: Sequence[str], group: int) -> None:
        await self._connection.execute(update(turns).where(turns.c.id.in_(turn_ids)).values(unanswered=group))

    async def _reopen(self, groups: Sequence[int]) -> None:
        """Open what counted as answered and was asked without success since; it is measured anew."""
        answered = unanswered.c.status == UnansweredStatus.ANSWERED
        anew = {"status": UnansweredStatus.OPEN.value, "decided_at": None, "checked_release": None, "score": None}
        await self._set(groups, and_(answered, ASKED_AGAIN), **anew)

    async def _set(self, groups: Collection[int], *conditions: ColumnElement[bool], **values: Any) -> None:
        mine = update(unanswered).where(unanswered.c.id.in_(groups), *conditions)
        await self._connection.execute(mine.values(**values))


def _stands_behind(place: Place) -> ColumnElement[bool]:
    count = _counted.c["count"]
    return or_(count < place.asked, and_(count == place.asked, unanswered.c.id > place.id))
