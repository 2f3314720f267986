"""Tells other workers of a model that fails, and hears it from them: a hint in Redis that ends by itself."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from shared.errors import BrokerUnavailable
from shared.event_log import Command, EventLog
from workers.domain.breaker import CircuitBreaker

LOOK_SECONDS: Final = 1.0
MILLISECONDS: Final = 1000


class BreakerHints:
    """Shares the circuit breakers of this process with all others; `run` it. Without Redis, each has its own."""

    def __init__(self, event_log: EventLog, breakers: Sequence[CircuitBreaker]) -> None:
        self._event_log, self._breakers = event_log, breakers

    async def run(self) -> None:
        """Share until cancelled."""
        while True:
            with suppress(BrokerUnavailable):
                await self.share()
            await asyncio.sleep(LOOK_SECONDS)

    async def share(self) -> None:
        """Tell what has opened here and hear what has elsewhere. Raises BrokerUnavailable."""
        for breaker in self._breakers:
            if breaker.opened and (left := round(breaker.seconds_left * MILLISECONDS)) > 0:
                await self._event_log.send([("SET", _key(breaker), "open", "PX", left)])
            breaker.opened = False
        asked: list[Command] = [("PTTL", _key(breaker)) for breaker in self._breakers]
        for breaker, left in zip(self._breakers, await self._event_log.send(asked) if asked else (), strict=True):
            if isinstance(left, int) and left > 0:
                breaker.hear(left / MILLISECONDS)


def _key(breaker: CircuitBreaker) -> str:
    return f"breaker:{breaker.name}"
