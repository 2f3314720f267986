"""The signs of life of the workers that answer turns, kept in Redis for as long as they are fresh."""

import time
from typing import Final, cast

from shared.errors import BrokerUnavailable
from shared.event_log import EventLog
from shared.redis_client import AWAY

WORKERS: Final = "workers:answering"
FRESH_SECONDS: Final = 15
FORGOTTEN_SECONDS: Final = 3600  # far beyond what two machines' clocks may differ by: Redis's own clock says who lives
NO_RELEASE: Final = "-"


async def announce(event_log: EventLog, worker: str, release: str | None) -> None:
    """Say that a worker takes turns, and which release it has loaded: one trip, whatever the number of workers.

    Raises BrokerUnavailable.
    """
    now = time.time()
    trip = event_log.redis.pipeline(transaction=False)
    trip.execute_command("SET", _key(worker), release or NO_RELEASE, "EX", FRESH_SECONDS)
    trip.execute_command("ZADD", WORKERS, now, worker)
    trip.execute_command("ZREMRANGEBYSCORE", WORKERS, "-inf", now - FORGOTTEN_SECONDS)
    trip.execute_command("EXPIRE", WORKERS, FRESH_SECONDS)
    try:
        await trip.execute()
    except AWAY as error:
        raise BrokerUnavailable from error


async def announced(event_log: EventLog) -> dict[str, str | None]:
    """Return the release that each worker said lately it has loaded, None for none, by the workers' names.

    Raises BrokerUnavailable.
    """
    try:
        workers = cast("list[str]", await event_log.redis.zrange(WORKERS, 0, -1))
        said = cast("list[str | None]", await event_log.redis.mget(map(_key, workers))) if workers else []
    except AWAY as error:
        raise BrokerUnavailable from error
    fresh = {worker: release for worker, release in zip(workers, said, strict=True) if release is not None}
    return {worker: None if release == NO_RELEASE else release for worker, release in sorted(fresh.items())}


def _key(worker: str) -> str:
    return f"worker:{worker}:release"
