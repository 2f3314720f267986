"""How much there is of everything, for operators and their dashboards."""

from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.models import is_open, leads, outbox, sessions, turns
from shared.vocabulary import OPEN_STATUSES


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of rows, by status; of the outbox, by target and then by state."""

    sessions: dict[str, int]
    turns: dict[str, int]
    leads: dict[str, int]
    outbox: dict[str, dict[str, int]]


class Counting:
    """Counts rows."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def everything(self) -> Counts:
        """Return how much there is now; leads that became part of others count no more."""
        return Counts(
            sessions=await self._by(sessions.c.status),
            turns=await self._by(turns.c.status),
            leads=await self._by(leads.c.status, leads.c.merged_into.is_(None)),
            outbox=await self._outbox(),
        )

    async def open_turns(self) -> dict[str, int]:
        """Return how many turns wait and how many are being answered."""
        return dict.fromkeys(OPEN_STATUSES, 0) | await self._by(turns.c.status, is_open)

    async def _by(self, column: Column[str], *conditions: ColumnElement[bool]) -> dict[str, int]:
        query = select(column, func.count()).where(*conditions).group_by(column)
        return {name: number for name, number in await self._connection.execute(query)}  # noqa: C416  (rows are no pairs)

    async def _outbox(self) -> dict[str, dict[str, int]]:
        query = select(outbox.c.target, outbox.c.state, func.count()).group_by(outbox.c.target, outbox.c.state)
        found: dict[str, dict[str, int]] = {}
        for target, state, number in await self._connection.execute(query):
            found.setdefault(target, {})[state] = number
        return found
