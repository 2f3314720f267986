"""The sign of life of the workers that answer turns, kept in Redis for as long as it is fresh."""

from typing import Final

from redis.exceptions import RedisError

from shared.errors import BrokerUnavailable
from shared.event_log import EventLog

KEY: Final = "workers:chat"
FRESH_SECONDS: Final = 15
NO_RELEASE: Final = "-"


async def announce(event_log: EventLog, release: str | None) -> None:
    """Say that a worker takes turns, and which release it has loaded. Raises BrokerUnavailable."""
    try:
        await event_log.redis.set(KEY, release or NO_RELEASE, ex=FRESH_SECONDS)
    except (RedisError, OSError) as error:
        raise BrokerUnavailable from error


async def announced(event_log: EventLog) -> str | None:
    """Return the release that a worker announced lately, NO_RELEASE for none, None when no worker did.

    Raises BrokerUnavailable.
    """
    try:
        release = await event_log.redis.get(KEY)
    except (RedisError, OSError) as error:
        raise BrokerUnavailable from error
    return str(release) if release is not None else None
