"""The journal of comparisons between the leads and the sheet."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import reconciliations


@dataclass(frozen=True, slots=True)
class Found:
    """What a comparison found, and put right."""

    checked: int = 0
    """Leads that the sheet is to show."""
    added: int = 0
    """Leads that it did not show."""
    repaired: int = 0
    """Leads that it showed otherwise than they are, or still showed."""
    duplicates: int = 0
    """Rows that a lead had besides its own."""
    unknown_rows: int = 0
    """Rows that are no lead's."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One comparison; without `finished_at` it runs, or its process died."""

    id: int
    started_at: datetime
    finished_at: datetime | None
    found: Found
    error: str | None


class Reconciliations:
    """The `reconciliations` table."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def start(self) -> int:
        """Note that a comparison begins, and return its id."""
        made = await self._connection.execute(insert(reconciliations).values(started_at=utc_now()))
        (number,) = made.inserted_primary_key or (0,)
        return int(number)

    async def finish(self, number: int, found: Found, error: str | None = None) -> None:
        """Note how it ended; `error` is a code."""
        mine = update(reconciliations).where(reconciliations.c.id == number)
        await self._connection.execute(mine.values(finished_at=utc_now(), error=error, **asdict(found)))

    async def last(self) -> Reconciliation | None:
        """Return the newest, None when there never was one."""
        query = select(reconciliations).order_by(reconciliations.c.id.desc()).limit(1)
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        found = Found(row.checked, row.added, row.repaired, row.duplicates, row.unknown_rows)
        return Reconciliation(row.id, row.started_at, row.finished_at, found, row.error)
