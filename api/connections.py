"""Connections as the server keeps them: who takes next to nothing of what waits for it is let go."""

import asyncio
import socket
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

STALLED_SECONDS: Final = 15.0
UNSENT_BYTES: Final = 64 * 1024  # that the system keeps for a client; left alone, it keeps megabytes


class Connection(HttpToolsProtocol):
    """An HTTP connection that does not wait for ever for its client to read.

    Closing it would wait for that, too, as would the end of the process. A stream that is cut is resumed by whoever
    wants it, after its `Last-Event-ID`.
    """

    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base has it
        """Bound what waits for the client."""
        its = transport.get_extra_info("socket")
        if its.family != socket.AF_UNIX:
            its.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        super().connection_made(transport)

    def pause_writing(self) -> None:
        """Note that the client's share of memory is full."""
        super().pause_writing()
        self._stalled = self.loop.call_later(STALLED_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Note that it reads on."""
        super().resume_writing()
        self._calm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end."""
        self._calm()
        super().connection_lost(exc)

    def _calm(self) -> None:
        if self._stalled:
            self._stalled.cancel()
            self._stalled = None
