"""The budgets of answers, as the database has them: what is used up, and what a turn adds."""

from datetime import UTC, datetime

from shared.db.spending import periods
from shared.db.unit_of_work import Database, UnitOfWork
from shared.settings import Settings
from shared.vocabulary import SpendingScope
from workers.domain.budget import Limit, Spent, used_up


def limits_of(settings: Settings) -> tuple[Limit, ...]:
    """Return the limits that are set."""
    limits = (
        Limit(SpendingScope.DAY, settings.budget_day_tokens, settings.budget_day_money),
        Limit(SpendingScope.MONTH, settings.budget_month_tokens, settings.budget_month_money),
        Limit(SpendingScope.SESSION, settings.budget_session_tokens),
    )
    return tuple(limit for limit in limits if limit.tokens or limit.money)


class Purse:
    """Implements `workers.dependencies.Purse`; without any limit it asks and writes nothing."""

    def __init__(self, database: Database, limits: tuple[Limit, ...]) -> None:
        self._database, self._limits = database, limits
        self.counts = bool(limits)

    async def used_up(self, session_id: str | None) -> SpendingScope | None:
        """Return the scope whose limit is reached, None when the model may be asked. Raises DatabaseUnavailable."""
        if not self.counts:
            return None
        wanted = periods(datetime.now(UTC), session_id)
        found = await self._database.read(lambda uow: uow.spending.of(wanted))
        return used_up(self._limits, {scope: Spent(*sums) for (scope, _), sums in found.items()})

    async def pay(self, session_id: str | None, spent: Spent, uow: UnitOfWork) -> None:
        """Add what a turn has cost, in the transaction that ends it; None for what is no turn's."""
        await uow.spending.add(periods(datetime.now(UTC), session_id), spent.tokens, spent.micros)
