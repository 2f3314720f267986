"""Reads many streaming responses in one rhythm, so that one wake-up takes what several tokens brought."""

import asyncio
from typing import Final

import aiohttp

PERIOD_SECONDS: Final = 0.05  # smooth to the eye; a token's read and its wake-up cost more than its words


class Rhythm:
    """Lets connections rest between reads and wakes them together; make one per process, on its event loop."""

    def __init__(self) -> None:
        self._resting: list[asyncio.Transport] = []

    def rest(self, response: aiohttp.ClientResponse) -> None:
        """Leave what comes next in the kernel for at most PERIOD_SECONDS; a response that is over is left alone.

        Nobody has to wake it: a connection that is cancelled or kept for another request rests no longer than others.
        """
        transport = response.connection.transport if response.connection else None
        if transport is None or transport.is_closing():
            return
        transport.pause_reading()
        if not self._resting:
            asyncio.get_running_loop().call_later(PERIOD_SECONDS, self._wake)
        self._resting.append(transport)

    def _wake(self) -> None:
        resting, self._resting = self._resting, []
        for transport in resting:
            if not transport.is_closing():
                transport.resume_reading()
