"""How much of each budget is spent, as Prometheus reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily, Metric

from shared.db.spending import MILLION, periods
from shared.db.unit_of_work import UnitOfWork
from shared.settings import Settings
from shared.vocabulary import SpendingScope


@dataclass(frozen=True, slots=True)
class Budgets:
    """The limits of days and months: tokens, and money in millionths; 0 is no limit."""

    limits: dict[SpendingScope, tuple[int, int]]

    @classmethod
    def of(cls, settings: Settings) -> "Budgets":
        """Return what the settings say."""
        day = (settings.budget_day_tokens, round(settings.budget_day_money * MILLION))
        month = (settings.budget_month_tokens, round(settings.budget_month_money * MILLION))
        return cls({SpendingScope.DAY: day, SpendingScope.MONTH: month})

    async def used(self, uow: UnitOfWork) -> dict[tuple[SpendingScope, str], float]:
        """Return which share of each limit that is set has been spent, by scope and by what is limited."""
        if not any(map(any, self.limits.values())):
            return {}
        found = await uow.spending.of(periods(datetime.now(UTC)))
        spent = {scope: sums for (scope, _), sums in found.items()}
        return {
            (scope, name): done / most
            for scope, limits in self.limits.items()
            for name, done, most in zip(("tokens", "money"), spent.get(scope, (0, 0)), limits, strict=True)
            if most
        }


def told(used: dict[tuple[SpendingScope, str], float]) -> Iterable[Metric]:
    """Yield what was found."""
    gauge = GaugeMetricFamily(
        "frontdesk_budget_used_ratio", "The share of a budget that is spent; from 1 on, quotes.", labels=("scope", "of")
    )
    for (scope, name), share in used.items():
        gauge.add_metric([scope, name], share)
    yield gauge
