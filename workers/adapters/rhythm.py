"""Reads many streaming responses in one rhythm, so that one wake-up takes what several tokens brought."""

import asyncio

import aiohttp

from workers.domain.pace import pace


class Rhythm:
    """Lets connections rest between reads and wakes them together; make one per process, on its event loop."""

    def __init__(self) -> None:
        self._resting: list[asyncio.Transport] = []
        self._period = pace(0)

    def rest(self, response: aiohttp.ClientResponse) -> None:
        """Leave what comes next in the kernel for one beat; a response that is over is left alone.

        Nobody has to wake it: a connection that is cancelled or kept for another request rests no longer than others.
        """
        transport = response.connection.transport if response.connection else None
        if transport is None or transport.is_closing():
            return
        transport.pause_reading()
        if not self._resting:
            asyncio.get_running_loop().call_later(self._period, self._wake)
        self._resting.append(transport)

    def _wake(self) -> None:
        resting, self._resting = self._resting, []
        self._period = pace(len(resting))
        for transport in resting:
            if not transport.is_closing():
                transport.resume_reading()
