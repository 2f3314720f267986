"""What the gateway process holds open, made when it starts and closed when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from celery import Celery

from api import metrics
from api.budget_metrics import Budgets
from api.desk_metrics import DeskMetrics
from api.drain import Drain
from api.duties import kept_up
from api.failed_attempts import FailedAttempts
from api.following import Sources
from api.hints import HintSender
from api.open_streams import OpenStreams
from api.rates import Rates
from api.relay import EventRelay
from shared import log
from shared.broker import check_broker
from shared.db.posting import Posting
from shared.db.unit_of_work import Database
from shared.errors import BrokerUnavailable
from shared.event_log import EventLog
from shared.interpreter import set_up_for_streaming
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Gateway:
    """The process's connections and settings."""

    settings: Settings
    sources: Sources
    posting: Posting
    rates: Rates
    open_streams: OpenStreams
    desk_metrics: DeskMetrics
    failed_attempts: FailedAttempts


@asynccontextmanager
async def opened(settings: Settings, publisher: Celery) -> AsyncIterator[Gateway]:
    """Open the gateway's parts for as long as the block runs.

    Raises BrokerUnsafe for a Redis that may drop what it holds; one that is away is waited for meanwhile.
    """
    try:
        await asyncio.to_thread(check_broker, settings)
    except BrokerUnavailable:
        log.get().warning("broker_away_at_start")
    database = Database.at(settings.database, pool_size=settings.database_pool_size)
    event_log = EventLog(settings.redis, ttl_seconds=round(settings.session_ttl_minutes * 60))
    hints = HintSender(publisher)
    sources = Sources(database, event_log, EventRelay(event_log), hints, Drain())
    hints.start()
    rates, open_streams = Rates(event_log), OpenStreams(event_log, settings.streams_per_gateway)
    duties = sources.relay.duties | {"stream_leases": open_streams.run, "samples": partial(metrics.sample, database)}
    loop = asyncio.get_running_loop()
    try:
        with sources.drain.on_signals(loop.call_soon_threadsafe):
            async with kept_up(duties):
                set_up_for_streaming()
                told = DeskMetrics(database, event_log, Budgets.of(settings))
                yield Gateway(settings, sources, Posting(database), rates, open_streams, told, FailedAttempts(rates))
    finally:
        await asyncio.to_thread(hints.stop)
        await event_log.close()
        await database.close()
