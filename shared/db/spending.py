"""What answers have cost, summed up by day, month and session; and whether the model may be asked at all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import MYSQL, utc_now
from shared.db.operator_models import spending, switches
from shared.vocabulary import SpendingScope

MODEL = "model"
MILLION = 1_000_000
"""Money is kept in millionths of the currency that prices are in."""

Period = tuple[SpendingScope, str]
"""What is summed up: a day (`2026-11-27`), a month (`2026-11`) or a session, by its id."""


def periods(now: datetime, session_id: str | None = None) -> list[Period]:
    """Return what spending at a moment, in UTC, counts towards."""
    everybodys = [(SpendingScope.DAY, f"{now:%Y-%m-%d}"), (SpendingScope.MONTH, f"{now:%Y-%m}")]
    return everybodys if session_id is None else [*everybodys, (SpendingScope.SESSION, session_id)]


class Spending:
    """The `spending` and `switches` tables."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, periods: Sequence[Period]) -> dict[Period, tuple[int, int]]:
        """Return tokens, and millionths of the currency, for each period in which something was spent."""
        keys = [(scope.value, period) for scope, period in periods]
        rows = await self._connection.execute(
            select(spending).where(tuple_(spending.c.scope, spending.c.period).in_(keys))
        )
        return {(SpendingScope(row.scope), row.period): (row.tokens, row.micros) for row in rows}

    async def add(self, periods: Sequence[Period], tokens: int, micros: int) -> None:
        """Add to each period; in the transaction that ends a turn, so that each turn is counted once."""
        rows = [{"scope": s.value, "period": p, "tokens": tokens, "micros": micros} for s, p in sorted(periods)]
        more = {"tokens": spending.c.tokens + tokens, "micros": spending.c.micros + micros}
        if self._connection.dialect.name == MYSQL:
            await self._connection.execute(mysql.insert(spending).values(rows).on_duplicate_key_update(more))
            return
        put = sqlite.insert(spending).values(rows)
        await self._connection.execute(put.on_conflict_do_update(index_elements=[*spending.primary_key], set_=more))

    async def model_is_on(self) -> bool:
        """Tell whether the model may be asked: unless somebody has switched it off."""
        found = await self._connection.execute(select(switches.c.is_on).where(switches.c.name == MODEL))
        state = found.scalar_one_or_none()
        return True if state is None else bool(state)

    async def switch_model(self, *, on: bool) -> None:
        """Switch the model on or off, for every worker."""
        values = {"is_on": on, "changed_at": utc_now()}
        changed = await self._connection.execute(update(switches).where(switches.c.name == MODEL).values(values))
        if not changed.rowcount:
            await self._connection.execute(insert(switches).values(name=MODEL, **values))
