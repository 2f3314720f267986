"""The one place that makes clients of Redis, which never repeat a command by themselves."""

from typing import Any, Final

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig
from redis.retry import Retry
from redis.sentinel import Sentinel

from shared.redis_address import Sentinels

SENTINEL_SECONDS: Final = 1.0  # that a Sentinel may take; the others are asked after it
CONNECT_SECONDS: Final = 2.0

NO_NOTICES: Final = MaintNotificationsConfig(enabled=False)
"""With redis-py's default, a connection that the server closed while it was idle is found out by a failing command."""

AWAY: Final = (RedisError, OSError, RuntimeError)
"""What a command fails with while Redis is away; the last is uvloop's word for a connection that was reset."""


def asking_sentinels(sentinels: Sentinels) -> dict[str, Any]:
    """Return redis-py's options for connections to the Sentinels themselves."""
    patience = {"socket_timeout": SENTINEL_SECONDS, "socket_connect_timeout": SENTINEL_SECONDS}
    return {**patience, **sentinels.credentials}


def redis_client(url: str, *, socket_timeout: float) -> redis.Redis:
    """Return a client that blocks. Raises ValueError for an unclear URL."""
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "maint_notifications_config": NO_NOTICES,
        "retry": Retry(NoBackoff(), 0),
    }
    if not (sentinels := Sentinels.named_by(url)):
        return redis.Redis.from_url(url, socket_timeout=socket_timeout, **options)
    asking = {**asking_sentinels(sentinels), "retry": Retry(NoBackoff(), 0)}
    return Sentinel(sentinels.hosts, sentinel_kwargs=asking).master_for(  # type: ignore[no-any-return,no-untyped-call]
        sentinels.master, **_of_redis(sentinels), socket_timeout=socket_timeout, **options
    )


def async_redis_client(url: str, *, socket_timeout: float, max_connections: int) -> redis.asyncio.Redis:
    """Return a client for an event loop, whose replies are text. Raises ValueError for an unclear URL.

    redis-py's default of ten retries would write an event twice.
    """
    options: dict[str, Any] = {
        "decode_responses": True,
        "socket_timeout": socket_timeout,
        "socket_connect_timeout": CONNECT_SECONDS,
        "max_connections": max_connections,
        "maint_notifications_config": NO_NOTICES,
        "retry": AsyncRetry(NoBackoff(), 0),
    }
    if not (sentinels := Sentinels.named_by(url)):
        return redis.asyncio.Redis.from_url(url, **options)
    asking = {**asking_sentinels(sentinels), "retry": AsyncRetry(NoBackoff(), 0)}
    return AsyncSentinel(sentinels.hosts, sentinel_kwargs=asking).master_for(  # type: ignore[no-any-return,no-untyped-call]
        sentinels.master, **_of_redis(sentinels), **options
    )


async def close(client: redis.asyncio.Redis) -> None:
    """Close a client's connections, those to its Sentinels too."""
    await client.aclose()
    if isinstance(client.connection_pool, SentinelConnectionPool):
        await client.connection_pool.sentinel_manager.aclose()


def _of_redis(sentinels: Sentinels) -> dict[str, Any]:
    return {"db": sentinels.database, "username": sentinels.username, "password": sentinels.password}
