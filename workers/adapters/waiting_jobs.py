"""Tells whether jobs wait in Redis that a worker could take."""

from collections.abc import Iterable

from shared.event_log import EventLog
from shared.presence import WORKERS
from shared.redis_client import AWAY
from shared.vocabulary import Queue


async def jobs_wait(queues: Iterable[Queue], event_log: EventLog) -> bool:
    """Tell whether a queue holds a job; not while Redis is away, or takes no writes and so gives no jobs."""
    trip = event_log.redis.pipeline(transaction=False)
    trip.execute_command("ZREMRANGEBYSCORE", WORKERS, "-inf", "(0")  # a write that changes nothing
    for queue in queues:
        trip.execute_command("LLEN", queue)
    try:
        _, *lengths = await trip.execute()
    except AWAY:
        return False
    return any(lengths)
