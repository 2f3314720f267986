"""A Redis with a replica, and Sentinels that put the one in the other's place."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import redis

from tests.eventually import eventually_sync
from tests.servers.binaries import program
from tests.servers.redis import Redis
from tests.servers.server import LOOPBACK, Server, free_port

MASTER: Final = "desk"
QUORUM: Final = 2
SENTINELS: Final = 3
DOWN_MS: Final = 1000  # without a word from the master
SETTLED_SECONDS: Final = 30.0


class Sentinel(Server):
    """One Sentinel, which writes what it learns into its own configuration."""

    def __init__(self, number: int, master: Redis, password: str) -> None:
        super().__init__(f"sentinel-{number}")
        self.port = free_port()
        self._master, self._password = master, password

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"redis://{LOOPBACK}:{self.port}"

    def command(self) -> list[str | Path]:
        """Return what starts it."""
        return [program("redis-server", package="redis-server"), self._configuration, "--sentinel"]

    def prepare(self) -> None:
        """Write down whom it watches."""
        self._configuration.write_text(
            f"bind {LOOPBACK}\nport {self.port}\n"
            f"sentinel monitor {MASTER} {LOOPBACK} {self._master.port} {QUORUM}\n"
            f"sentinel auth-pass {MASTER} {self._password}\n"
            f"sentinel down-after-milliseconds {MASTER} {DOWN_MS}\n"
            f"sentinel failover-timeout {MASTER} 3000\n"
        )

    def master(self) -> dict[str, Any]:
        """Return what it knows of the master, nothing while it does not answer."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=1) as client:
                return client.sentinel_master(MASTER)  # type: ignore[no-any-return]
        except redis.RedisError:
            return {}

    def answers(self) -> bool:
        """Tell whether it serves."""
        return bool(self.master())

    @property
    def _configuration(self) -> Path:
        return self.data / "sentinel.conf"


class WatchedRedis(Redis):
    """A Redis that asks for a password, and may be a replica."""

    def __init__(self, password: str, of: Redis | None = None) -> None:
        replica = {"replicaof": f"{LOOPBACK} {of.port}"} if of else {}
        super().__init__(requirepass=password, masterauth=password, repl_diskless_sync_delay="0", **replica)
        self._password = password

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"redis://:{self._password}@{LOOPBACK}:{self.port}/0"


@dataclass(frozen=True, slots=True)
class Watched:
    """The servers, all of which run."""

    master: WatchedRedis
    replica: WatchedRedis
    sentinels: list[Sentinel]
    password: str

    @property
    def url(self) -> str:
        """Where the desk finds whichever is the master."""
        hosts = ",".join(f"{LOOPBACK}:{sentinel.port}" for sentinel in self.sentinels)
        return f"sentinel://:{self.password}@{hosts}/0?master={MASTER}"

    def is_settled(self) -> bool:
        """Tell whether every Sentinel knows the others and the replica, which has all that the master has."""
        known = [sentinel.master() for sentinel in self.sentinels]
        complete = all(one.get("num-other-sentinels") == SENTINELS - 1 and one.get("num-slaves") == 1 for one in known)
        return complete and bool(self.replica.call("INFO", "replication")["master_link_status"] == "up")

    def is_replaced(self) -> bool:
        """Tell whether the replica is the master now, which it becomes by hanging up on every client."""
        try:
            return bool(self.replica.call("INFO", "replication")["role"] == "master")
        except redis.ConnectionError:
            return False


@contextmanager
def watched_redis() -> Iterator[Watched]:
    """Run a master, its replica and their Sentinels."""
    password = "of-this-test"
    with ExitStack() as running:
        master = running.enter_context(WatchedRedis(password))
        replica = running.enter_context(WatchedRedis(password, of=master))
        sentinels = [Sentinel(number, master, password) for number in range(1, SENTINELS + 1)]
        for sentinel in sentinels:
            running.enter_context(sentinel)
        watched = Watched(master, replica, sentinels, password)
        eventually_sync(watched.is_settled, within=SETTLED_SECONDS)
        yield watched
