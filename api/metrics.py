"""What each gateway process counts; several of one gunicorn count together, in PROMETHEUS_MULTIPROC_DIR."""

import asyncio
from typing import Final, Never

from prometheus_client import Counter, Gauge, Histogram

from shared.db.unit_of_work import Database

SAMPLE_SECONDS: Final = 1.0

REQUESTS: Final = Counter(
    "frontdesk_requests",
    "Requests that were answered, by method, route and status.",
    ("method", "route", "status"),
)
REQUEST_SECONDS: Final = Histogram(
    "frontdesk_request_seconds",
    "How long requests took, by route; streams and long polls last as long as somebody listens.",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
OPEN_STREAMS: Final = Gauge(
    "frontdesk_open_streams", "Streams of events that somebody listens to now.", multiprocess_mode="livesum"
)
HINTS_LOST: Final = Counter(
    "frontdesk_hints_lost", "Hints that Redis did not take; sweeps and patrols find what they were about."
)
CONNECTIONS: Final = Gauge(
    "frontdesk_gateway_database_connections",
    "Connections to the database that gateways use now.",
    multiprocess_mode="livesum",
)


async def sample(database: Database) -> Never:
    """Note every second what no event tells, until cancelled."""
    while True:
        CONNECTIONS.set(database.connections_in_use)
        await asyncio.sleep(SAMPLE_SECONDS)
