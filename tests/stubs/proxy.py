"""A TCP proxy between any two parts, with the faults of a network: cuts, lost replies, half-open links, delay, refusal.

`with Proxy(redis.url) as proxy` gives `proxy.url`, the same address by way of the proxy. Faults are set while it runs,
from any thread, and last until `heal()`. `proxy.fired` counts how often one struck.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Self, TypeVar
from urllib.parse import SplitResult, urlsplit

from tests.eventually import eventually_sync
from tests.servers.server import LOOPBACK, free_port

T = TypeVar("T")

CHUNK: Final = 65_536
DEFAULT_PORTS: Final = {"http": 80, "redis": 6379, "mysql+aiomysql": 3306}
RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


@dataclass
class Faults:
    """What is wrong with the network now."""

    swallowing: bool = False
    delay_seconds: float = 0
    losing_request: bytes | None = None
    losing_reply: bytes | None = None
    reply_limit: int | None = None  # bytes
    hard: bool = False
    times: int | None = None  # how often the last three still strike, None for ever

    def strike(self) -> None:
        """Count a blow, and end the fault with its last."""
        if self.times is not None:
            self.times -= 1
            if self.times == 0:
                self.losing_request = self.losing_reply = self.reply_limit = self.times = None


class Proxy:
    """The proxy in a thread of its own, on one port for all its life."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self.port = free_port()
        self.fired = 0
        self.faults = Faults()
        self._links: set[Link] = set()
        self._listener: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    @property
    def url(self) -> str:
        """The target's URL, by way of the proxy."""
        if self._target.scheme == "unix":
            return f"redis://{LOOPBACK}:{self.port}/0"
        who, at, _ = self._target.netloc.rpartition("@")
        return self._target._replace(netloc=f"{who}{at}{LOOPBACK}:{self.port}").geturl()

    @property
    def links(self) -> int:
        """How many connections stand."""
        return len(self._links)

    def drop_request(self, match: bytes, *, times: int | None = 1) -> None:
        """Cut the connection instead of passing on a request that contains `match`."""
        self._set(Faults(losing_request=match, times=times))

    def drop_reply(self, match: bytes, *, times: int | None = 1) -> None:
        """Pass on a request that contains `match`, swallow the reply and cut the connection."""
        self._set(Faults(losing_reply=match, times=times))

    def cut_after(self, reply_bytes: int, *, times: int | None = None, hard: bool = False) -> None:
        """Cut each connection once so many more bytes came back through it; `hard` resets it instead of closing it."""
        self._set(Faults(reply_limit=reply_bytes, times=times, hard=hard))

    def blackhole(self) -> None:
        """Leave connections half open: all that is sent is swallowed, new ones are accepted and never answered."""
        self._set(Faults(swallowing=True))

    def forget(self) -> None:
        """Leave the connections of now half open for good, as a firewall does that forgot them; new ones are fine."""

        def apply() -> None:
            for link in self._links:
                link.forgotten = True

        self._call(apply)

    def delay(self, seconds: float) -> None:
        """Hold back whatever is sent, in both directions."""
        self._set(Faults(delay_seconds=seconds))

    def cut(self, *, hard: bool = False) -> None:
        """Cut all connections now; new ones are fine."""
        self._call(lambda: self._cut(self._links, hard=hard))

    def refuse(self) -> None:
        """Cut all connections and refuse new ones."""
        self._call(self._close)

    def heal(self) -> None:
        """Work again; connections that lost something are cut, as a network would."""
        self._set(Faults())
        self._call(lambda: self._cut({link for link in self._links if link.lost_something}))
        self._open()

    def __enter__(self) -> Self:
        self._thread.start()
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._close)
        eventually_sync(lambda: not self._links)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _set(self, faults: Faults) -> None:
        def apply() -> None:
            self.faults = faults
            for link in self._links:
                link.replied = 0

        self._call(apply)

    def _call(self, work: Callable[[], T]) -> T:
        async def run() -> T:
            result = work()
            await asyncio.sleep(0)  # let what was closed be gone
            return result

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def _open(self) -> None:
        async def listen() -> None:
            if self._listener is None:
                self._listener = await asyncio.start_server(self._serve, LOOPBACK, self.port, backlog=1024)

        asyncio.run_coroutine_threadsafe(listen(), self._loop).result()

    def _close(self) -> None:
        if self._listener:
            self._listener.close()
            self._listener = None
        self._cut(self._links, hard=True)

    def _cut(self, links: Iterable["Link"], *, hard: bool = False) -> None:
        for link in list(links):
            link.cut(hard=hard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(self, reader, writer)
        self._links.add(link)
        with contextlib.suppress(asyncio.CancelledError):  # that is how a cut ends it
            await link.run(self._target)
        self._links.discard(link)
        link.close()


class Link:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._reader, self._writer = reader, writer
        self._server: asyncio.StreamWriter | None = None
        self._deaf = False
        self._tail = b""
        self._task: asyncio.Task[None] | None = None
        self.replied = 0
        self.lost_something = False
        self.forgotten = False
        writer.transport.set_write_buffer_limits(0)  # so that drain() returns once the bytes are out

    async def run(self, target: SplitResult) -> None:
        """Relay until either side is done."""
        self._task = asyncio.current_task()
        with contextlib.suppress(OSError):
            if self._proxy.faults.swallowing:
                await self._swallow(self._reader)
                return
            reader, self._server = await _connect(target)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._requests(self._server))
                both.create_task(self._replies(reader))

    def cut(self, *, hard: bool = False) -> None:
        """End it at once; `hard` resets the client's end."""
        client = self._writer.get_extra_info("socket")
        if hard and client and client.fileno() >= 0:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self._writer.transport.abort()
        self.close()
        if self._task:
            self._task.cancel()

    def close(self) -> None:
        """Close both ends."""
        self._writer.close()
        if self._server:
            self._server.close()

    async def _swallow(self, reader: asyncio.StreamReader) -> None:
        while await reader.read(CHUNK):
            self.lost_something = True
        self.lost_something = True
        await asyncio.Event().wait()  # half open: not even the end is passed on

    async def _requests(self, server: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await self._reader.read(CHUNK):
                if not await self._passes():
                    continue
                if self._seen(self._proxy.faults.losing_request, data):
                    self._strike()
                    return
                if self._seen(self._proxy.faults.losing_reply, data):
                    self._deaf = True
                self._tail = data
                server.write(data)
                await server.drain()
        if self._half_open():
            return
        server.close()

    async def _replies(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if not await self._passes():
                    continue
                if self._deaf:
                    self._strike()
                    return
                if not await self._reply(data):
                    return
        if self._half_open():
            return
        self._writer.close()

    async def _reply(self, data: bytes) -> bool:
        limit = self._proxy.faults.reply_limit
        left = len(data) if limit is None else limit - self.replied
        self._writer.write(data[: max(left, 0)])
        await self._writer.drain()
        self.replied += len(data)
        if limit is not None and left <= len(data):
            self._strike()
            return False
        return True

    async def _passes(self) -> bool:
        if seconds := self._proxy.faults.delay_seconds:
            await asyncio.sleep(seconds)
        return not self._half_open()

    def _half_open(self) -> bool:
        swallowed = self.forgotten or self._proxy.faults.swallowing
        self.lost_something |= swallowed
        return swallowed

    def _seen(self, match: bytes | None, data: bytes) -> bool:
        return match is not None and match in self._tail[len(self._tail) - len(match) + 1 :] + data

    def _strike(self) -> None:
        hard = self._proxy.faults.hard
        self._proxy.fired += 1
        self._proxy.faults.strike()
        self.cut(hard=hard)


async def _connect(target: SplitResult) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if target.scheme == "unix":
        return await asyncio.open_unix_connection(target.path)
    return await asyncio.open_connection(target.hostname, target.port or DEFAULT_PORTS[target.scheme])
