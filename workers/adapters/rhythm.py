"""Reads many streaming responses in beats, so that one wake-up takes what several tokens brought."""

import asyncio
import random
from collections import deque
from typing import Final

import aiohttp

from workers.domain.pace import pace

SPREAD: Final = 0.1  # of a rest: answers that were read late, all at once, would stay together to their end
BEAT_SECONDS: Final = 0.01  # so many timers are enough, however many rest
FEW: Final = 2  # woken in one pass of the loop: a question that comes meanwhile waits for these, not for all


class Rhythm:
    """Lets connections rest between reads, and wakes those whose rest is over, in order, a few in a pass of the loop.

    Make one per process, on its event loop.
    """

    def __init__(self) -> None:
        self._resting: dict[int, list[asyncio.Transport]] = {}  # by the beat in which their rest ends
        self._rested = deque[asyncio.Transport]()
        self._count = 0

    def rest(self, response: aiohttp.ClientResponse) -> None:
        """Leave what comes next in the kernel for a while; a response that is over is left alone.

        Nobody has to wake it: a connection that is cancelled or kept for another request rests no longer than others.
        """
        transport = response.connection.transport if response.connection else None
        if transport is None or transport.is_closing():
            return
        transport.pause_reading()
        loop = asyncio.get_running_loop()
        seconds = pace(self._count) * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311
        beat = int((loop.time() + seconds) / BEAT_SECONDS)
        if beat not in self._resting:
            self._resting[beat] = []
            loop.call_at(beat * BEAT_SECONDS, self._end_rests, beat)
        self._resting[beat].append(transport)
        self._count += 1

    def _end_rests(self, beat: int) -> None:
        waking = bool(self._rested)
        self._rested.extend(self._resting.pop(beat))
        if not waking:
            self._wake_some()

    def _wake_some(self) -> None:
        for _ in range(min(FEW, len(self._rested))):
            transport = self._rested.popleft()
            self._count -= 1
            if not transport.is_closing():
                transport.resume_reading()
        if self._rested:
            asyncio.get_running_loop().call_soon(self._wake_some)
