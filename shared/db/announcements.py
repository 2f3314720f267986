"""The webhook's part of the outbox: claimed one by one, so that two workers never announce the same at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import outbox
from shared.vocabulary import OutboxState, Target


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something about a lead that the webhook is to hear, claimed by whoever holds this."""

    object_key: str
    version: int
    attempt: int
    """Which one this is, counting from 1."""
    created_at: datetime

    @property
    def id(self) -> str:
        """What the receiver knows a repetition by."""
        return f"{Target.WEBHOOK}:{self.object_key}:{self.version}"

    @property
    def lead_id(self) -> int:
        """The lead that it is about."""
        return int(self.object_key.partition(":")[0])

    @property
    def event(self) -> str:
        """What happened: `lead.captured` or `lead.updated`."""
        return f"lead.{self.object_key.partition(':')[2]}"


_pending = (outbox.c.target == Target.WEBHOOK, outbox.c.state == OutboxState.PENDING)
DUE = (
    select(outbox.c.object_key, outbox.c.version, outbox.c.attempt, outbox.c.created_at)
    .where(*_pending, outbox.c.next_attempt_at <= utc_now())
    .order_by(outbox.c.next_attempt_at, outbox.c.object_key)
)


class Announcements:
    """The rows of the `outbox` table whose target is the webhook."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, limit: int, seconds: float) -> list[Announcement]:
        """Take what is due, longest waiting first; for so many seconds it is nobody else's.

        Every statement stands for itself: no transaction is needed around them.
        """
        due = [
            Announcement(row.object_key, row.version, row.attempt + 1, row.created_at)
            for row in await self._connection.execute(DUE.limit(limit))
        ]
        return [one for one in due if await self._take(one, seconds)]

    async def postpone(self, announcement: Announcement, seconds: float, error: str) -> None:
        """Try again so many seconds from now, unless it has changed or become somebody else's."""
        later = {"next_attempt_at": utc_now(seconds), "last_error": error}
        await self._connection.execute(update(outbox).where(*_held(announcement)).values(later))

    async def give_up(self, announcement: Announcement, error: str) -> None:
        """Try no more, and keep it for `try_again`."""
        failed = {"state": OutboxState.FAILED.value, "last_error": error}
        await self._connection.execute(update(outbox).where(*_held(announcement)).values(failed))

    async def try_again(self) -> int:
        """Make due what was given up, and return how much that is."""
        failed = (outbox.c.target == Target.WEBHOOK, outbox.c.state == OutboxState.FAILED)
        afresh = {"state": OutboxState.PENDING.value, "next_attempt_at": utc_now(), "attempt": 0}
        return (await self._connection.execute(update(outbox).where(*failed).values(afresh))).rowcount

    async def _take(self, announcement: Announcement, seconds: float) -> bool:
        seen = _at(announcement, announcement.attempt - 1)
        taken = {"attempt": announcement.attempt, "next_attempt_at": utc_now(seconds)}
        still_due = outbox.c.next_attempt_at <= utc_now()
        return (await self._connection.execute(update(outbox).where(*seen, still_due).values(taken))).rowcount == 1


def _held(announcement: Announcement) -> tuple[ColumnElement[bool], ...]:
    return _at(announcement, announcement.attempt)


def _at(announcement: Announcement, attempt: int) -> tuple[ColumnElement[bool], ...]:
    same = (outbox.c.object_key == announcement.object_key, outbox.c.version == announcement.version)
    return *_pending, *same, outbox.c.attempt == attempt
