"""The product's processes as real children of a test: started together, killed and frozen one by one."""

import asyncio
import http.client
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.children import Child
from tests.eventually import eventually
from tests.servers.server import LOOPBACK, free_port
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.visitor import Visitor
from workers.local.programs import programs

READY_SECONDS: Final = 60.0
EXIT_SECONDS: Final = 30.0
SLOTS: Final = 16
ADMIN_KEY: Final = "fdk_of-every-test-desk"


class Part(Child):
    """One process of the desk, run by the same command as in the product; it may be started again."""

    program = ""

    def __init__(self, stack: Stack, number: int, settings: dict[str, Any]) -> None:
        name = f"{self.program}-{number}"
        self.port = free_port()
        self._stack = stack
        self._settings = {"worker_slots": SLOTS} | settings
        self._ready_file = stack.data_dir / f"{name}.ready"
        super().__init__(name, stack.data_dir / f"{name}.log")

    async def start(self) -> None:
        """Start it and wait until it does its work."""
        self._ready_file.unlink(missing_ok=True)
        self.spawn(self._command(), cwd=self._stack.data_dir, env=self._environment())
        await eventually(lambda: not self.alive or self.is_ready(), within=READY_SECONDS)
        assert self.alive, f"{self.name} ended at its start ({self.exit_code}):\n{self.news}"

    async def restart(self) -> None:
        """Kill it, if it runs, and start it."""
        self.kill9()
        await self.start()

    async def exited(self, within: float = EXIT_SECONDS) -> int:
        """Wait until it has ended by itself, and return its exit code."""
        await eventually(lambda: not self.alive, within=within)
        assert self.exit_code is not None
        return self.exit_code

    def is_ready(self) -> bool:
        """Tell whether it does its work; asked until it does."""
        return self._ready_file.exists()

    def _command(self) -> list[str | Path]:
        settings = self._stack.settings(**self._settings)
        its = next(one for one in programs(settings, settings.redis, LOOPBACK, self.port) if one.name == self.program)
        return [*its.command]

    def _environment(self) -> dict[str, str]:
        return self._stack.environment(frontdesk_ready_file=self._ready_file, **self._settings)


class Gateway(Part):
    """The gateway, on a port that it keeps."""

    program = "gateway"

    @property
    def url(self) -> str:
        """Where visitors find it."""
        return f"http://{LOOPBACK}:{self.port}"

    def is_ready(self) -> bool:
        """Tell whether it answers."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class Worker(Part):
    """A worker that consumes every queue."""

    program = "worker"


class Beat(Part):
    """The process that sends jobs by the clock."""

    program = "beat"

    def is_ready(self) -> bool:
        """Tell whether it has begun to keep its schedule."""
        return bool(list(self._stack.data_dir.glob("beat/schedule*")))


@dataclass
class Desk:
    """A running desk."""

    stack: Stack
    llm: StubLLM | None
    gateways: list[Gateway] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)

    @property
    def gateway(self) -> Gateway:
        """The first gateway."""
        return self.gateways[0]

    @property
    def worker(self) -> Worker:
        """The first worker."""
        return self.workers[0]

    @property
    def beat(self) -> Beat:
        """The first beat."""
        return self.beats[0]

    @property
    def url(self) -> str:
        """Where visitors find the first gateway."""
        return self.gateway.url

    @property
    def parts(self) -> list[Part]:
        """Every process."""
        return [*self.gateways, *self.workers, *self.beats]

    def visitor(self, **options: Any) -> Visitor:
        """Return a new visitor at the first gateway; use it with `async with`."""
        return Visitor(self.url, **options)

    def operator(self, **options: Any) -> Visitor:
        """Return an operator at the first gateway, who has the desk's admin key; use it with `async with`."""
        return Visitor(self.url, **{"token": ADMIN_KEY} | options)

    async def start(self) -> None:
        """Start what does not run, all at once, and wait until it works."""
        await asyncio.gather(*(part.start() for part in self.parts if not part.alive))

    def stop(self) -> None:
        """Kill what still runs."""
        for part in self.parts:
            part.kill9()


def desk_on(
    stack: Stack, *, gateways: int = 1, workers: int = 1, beats: int = 0, llm: StubLLM | None = None, **settings: Any
) -> Desk:
    """Return a desk that is not started yet; the arguments are those of `running`."""
    settings = {"admin_api_key": ADMIN_KEY} | settings
    if llm:
        settings = {"openai_base_url": llm.base_url, "openai_api_key": "sk-test"} | settings
    return Desk(
        stack,
        llm,
        [Gateway(stack, n, settings) for n in range(1, gateways + 1)],
        [Worker(stack, n, settings) for n in range(1, workers + 1)],
        [Beat(stack, n, settings) for n in range(1, beats + 1)],
    )


@asynccontextmanager
async def running(stack: Stack, **wanted: Any) -> AsyncIterator[Desk]:
    """Run a desk on a stack: `gateways=1, workers=1, beats=0, llm=None`, then fields of Settings to change.

    Without an `llm`, answers are quoted from the documents. Lower-case names that are no settings become environment
    variables.
    """
    desk = desk_on(stack, **wanted)
    try:
        await desk.start()
        yield desk
    finally:
        desk.stop()
