"""Redis as what all gateways count in together: asked while a visitor waits, and let alone when it does not answer."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from redis.exceptions import RedisError

from shared import log
from shared.errors import BrokerUnavailable
from shared.event_log import Command, EventLog

ANSWER_SECONDS: Final = 0.5  # a visitor waits for it
AWAY_SECONDS: Final = 2.0  # for which Redis is not asked again after it failed


class SharedCounts:
    """What is counted in Redis; each gateway counts for itself while it is away, and says so."""

    def __init__(self, event_log: EventLog, what: str, now: Callable[[], float] = time.time) -> None:
        self._event_log, self._what, self._now = event_log, what, now
        self._away_until = 0.0

    async def ask(self, commands: Sequence[Command]) -> list[Any] | None:
        """Return a reply for each command, None when Redis has not answered them all, or not lately."""
        if not commands:
            return []
        if self._now() < self._away_until:
            return None
        with suppress(BrokerUnavailable, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                replies = await self._event_log.send(commands)
            if not any(isinstance(reply, RedisError) for reply in replies):
                return replies
        self._away_until = self._now() + AWAY_SECONDS
        log.get().warning("counted_here", what=self._what)
        return None
