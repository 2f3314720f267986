"""Where the whole desk stands, as its database and its Redis tell: looked up when metrics are read, at one place.

Every gateway tells the same, so that any of them may be asked; a question takes two seconds at most, and its answer is
good for five, however often it is asked.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api import budget_metrics
from api.budget_metrics import Budgets
from shared import presence
from shared.db.mirrors import MirrorState
from shared.db.outbox import Backlog
from shared.db.reconciliations import Reconciliation
from shared.db.unit_of_work import Database, UnitOfWork
from shared.errors import BrokerUnavailable, DatabaseUnavailable
from shared.event_log import EventLog
from shared.vocabulary import Breaker, SpendingScope, Target

PATIENCE_SECONDS: Final = 2.0
FRESH_SECONDS: Final = 5.0
FOUND: Final = ("checked", "added", "repaired", "duplicates", "unknown_rows")


@dataclass(frozen=True, slots=True)
class Record:
    """What the database tells."""

    oldest_due_seconds: float
    open_turns: dict[str, int]
    backlogs: dict[Target, Backlog]
    sheet: MirrorState
    reconciliation: Reconciliation | None
    budgets: dict[tuple[SpendingScope, str], float]


class DeskMetrics(Collector):
    """Looks, and tells Prometheus's library what it saw."""

    def __init__(self, database: Database, event_log: EventLog, budgets: Budgets) -> None:
        self._database, self._event_log, self._budgets = database, event_log, budgets
        self._record: Record | None = None
        self._releases: list[str] | None = None
        self._looked_at = -FRESH_SECONDS
        self._looking = asyncio.Lock()
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)

    async def look(self) -> None:
        """Look at the desk, unless somebody has only just done so."""
        async with self._looking:
            if time.monotonic() - self._looked_at < FRESH_SECONDS:
                return
            self._record, self._releases = await asyncio.gather(self._read_record(), self._read_releases())
            self._looked_at = time.monotonic()

    def collect(self) -> Iterable[Metric]:
        """Yield what was seen last."""
        yield _gauge("frontdesk_database_up", "Whether the database answers.", self._record is not None)
        yield _gauge("frontdesk_redis_up", "Whether Redis answers.", self._releases is not None)
        if self._releases is not None:
            yield _workers(self._releases)
        if self._record is not None:
            yield from _turns(self._record)
            yield from _outbox(self._record.backlogs)
            yield from _sheet(self._record)
            yield from budget_metrics.told(self._record.budgets)

    async def _read_record(self) -> Record | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._database.read(lambda uow: _record(uow, self._budgets))
        except (DatabaseUnavailable, TimeoutError):
            return None

    async def _read_releases(self) -> list[str] | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return [release or "none" for release in (await presence.announced(self._event_log)).values()]
        except (BrokerUnavailable, TimeoutError):
            return None


async def _record(uow: UnitOfWork, budgets: Budgets) -> Record:
    return Record(
        await uow.claims.oldest_due_seconds(),
        await uow.counting.open_turns(),
        {target: await uow.outbox.backlog(target) for target in Target},
        await uow.mirrors.state(Target.SHEET),
        await uow.reconciliations.last(),
        await budgets.used(uow),
    )


def _workers(releases: list[str]) -> Metric:
    workers = GaugeMetricFamily(
        "frontdesk_workers", "Workers that take turns, by the release they have loaded.", labels=("release",)
    )
    for release in dict.fromkeys(releases):
        workers.add_metric([release], releases.count(release))
    return workers


def _turns(record: Record) -> Iterable[Metric]:
    yield _gauge(
        "frontdesk_oldest_due_turn_seconds",
        "How long the turn has waited that nobody has worked on for the longest time; 0 where none waits too long.",
        record.oldest_due_seconds,
    )
    turns = GaugeMetricFamily("frontdesk_open_turns", "Turns that wait, or are being answered.", labels=("status",))
    for status, number in record.open_turns.items():
        turns.add_metric([status], number)
    yield turns


def _outbox(backlogs: dict[Target, Backlog]) -> Iterable[Metric]:
    pending = GaugeMetricFamily("frontdesk_outbox_pending", "Leads on their way to a target.", labels=("target",))
    oldest = GaugeMetricFamily(
        "frontdesk_outbox_oldest_seconds", "For how long the first of them has been.", labels=("target",)
    )
    for target, backlog in backlogs.items():
        pending.add_metric([target], backlog.pending)
        oldest.add_metric([target], backlog.oldest_seconds)
    yield from (pending, oldest)


def _sheet(record: Record) -> Iterable[Metric]:
    yield _gauge(
        "frontdesk_sheet_paused",
        "Whether the sheet is let alone after a failure.",
        record.sheet.breaker is not Breaker.CLOSED,
    )
    last = record.reconciliation
    if last is None or last.finished_at is None:
        return
    yield _gauge(
        "frontdesk_reconciliation_timestamp_seconds",
        "When sheet and leads were last compared.",
        last.finished_at.timestamp(),
    )
    yield _gauge("frontdesk_reconciliation_failed", "Whether that failed.", last.error is not None)
    rows = GaugeMetricFamily("frontdesk_reconciliation_rows", "What it found.", labels=("kind",))
    for kind in FOUND:
        rows.add_metric([kind], getattr(last.found, kind))
    yield rows


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=float(value))
