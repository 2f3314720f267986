"""What the servers have in common: a folder and an address of their own, kept over every restart."""

import secrets
import shutil
import socket
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final, Self

from tests.children import Child
from tests.eventually import WaitedInVain, eventually_sync

LOOPBACK: Final = "127.0.0.1"
PORTS: Final = range(15_000, 32_000)  # below those that the kernel hands to clients: a stopped server's stays free
START_SECONDS: Final = 30.0
MEMORY: Final = "/dev/shm"  # noqa: S108 - mkdtemp makes a private folder in it
ENOUGH_BYTES: Final = 1 << 30


def _place() -> str | None:
    """Return a folder in memory when it is large enough, so that no disk slows a server down."""
    # Not pytest's folder: a unix socket's path must be short.
    try:
        return MEMORY if shutil.disk_usage(MEMORY).free > ENOUGH_BYTES else None
    except OSError:
        return None


def free_port() -> int:
    """Return a port that nobody listens on, and that no outgoing connection will take."""
    while True:
        port = PORTS[secrets.randbelow(len(PORTS))]
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex((LOOPBACK, port)) != 0:
                return port


class Server(Child, ABC):
    """A server that a test may stop, kill, freeze and start again; `with` gives one that runs."""

    def __init__(self, name: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="frontdesk-", dir=_place()))
        self.data = self.folder / "data"
        super().__init__(name, self.folder / "log")

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients find it."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """Return what starts it."""

    @abstractmethod
    def prepare(self) -> None:
        """Fill its empty data folder."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether it serves; asked until it does."""

    def start(self) -> None:
        """Start it and wait until it serves."""
        if not self.data.exists():
            self.data.mkdir()
            self.prepare()
        self.spawn(self.command(), cwd=self.folder)
        try:
            eventually_sync(lambda: self.answers() or not self.alive, within=START_SECONDS)
        except WaitedInVain as error:
            raise AssertionError(f"{self.name} does not answer:\n{self.log}") from error
        assert self.alive, f"{self.name} ended at its start:\n{self.log}"

    def stop(self) -> None:
        """Stop it in good order."""
        self.resume()
        self.sigterm()
        self.wait()

    def restart(self, *, empty: bool = False) -> None:
        """Stop it if it runs, and start it with its data, or `empty` as it came."""
        if empty:
            self.kill9()
            shutil.rmtree(self.data)
        if self.alive:
            self.stop()
        self.start()

    def ensure(self) -> None:
        """Bring it back from whatever a test did to it."""
        self.resume()
        if not self.alive:
            self.start()

    def close(self) -> None:
        """Kill it and remove its folder."""
        self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
