"""Several processes of one gunicorn count together, and what one that died held open is counted no longer."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil
import pytest

from tests.children import ROOT
from tests.eventually import eventually
from tests.exposition import exposition
from tests.processes import Gateway
from tests.servers.server import LOOPBACK
from tests.stack import Stack
from tests.visitor import Visitor

PROCESSES: Final = 3
ASKED: Final = 24
READ: Final = 6


class Together(Gateway):
    """A gateway of several processes, as deploy/gunicorn.py runs it."""

    def _command(self) -> list[str | Path]:
        config = ROOT / "deploy" / "gunicorn.py"
        return [Path(sys.executable).with_name("gunicorn"), "--config", config, "api.main:app"]

    def _environment(self) -> dict[str, str]:
        where = {"GATEWAY_HOST": LOOPBACK, "GATEWAY_PORT": str(self.port), "GATEWAY_PROCESSES": str(PROCESSES)}
        return super()._environment() | where | {"TMPDIR": str(self._stack.data_dir)}

    @property
    def processes(self) -> list[psutil.Process]:
        """Those that answer."""
        return psutil.Process(self.pid).children()

    @property
    def folders(self) -> list[Path]:
        """Where they count."""
        return list(self._stack.data_dir.glob("frontdesk-metrics-*"))


@pytest.fixture
def together(local_stack: Stack) -> Iterator[Together]:
    """Give such a gateway, not started yet."""
    gateway = Together(local_stack, 1, {})
    yield gateway
    gateway.kill9()


async def test_whichever_process_is_asked_tells_of_all(together: Together) -> None:
    await together.start()
    await eventually(lambda: len(together.processes) == PROCESSES)
    for _ in range(ASKED):
        async with Visitor(together.url) as stranger:  # each over a connection of its own
            await stranger.call("GET", "/v1/session")
    for _ in range(READ):
        told = await exposition(together.url)
        assert told.value("frontdesk_requests_total", route="/v1/session", status="401") == ASKED
        assert told.value("frontdesk_database_up") == 1


async def test_the_streams_of_a_process_that_died_are_open_no_longer(together: Together) -> None:
    await together.start()
    async with Visitor(together.url) as visitor:
        await visitor.open()
        stream = visitor.session_events()
        await anext(stream)
        assert (await exposition(together.url)).value("frontdesk_open_streams") == 1
        for process in together.processes:
            process.kill()
        await eventually(lambda: _has_no_stream(together), within=30)


async def _has_no_stream(together: Together) -> bool:
    return together.is_ready() and (await exposition(together.url)).value("frontdesk_open_streams") == 0


async def test_nothing_is_left_behind(together: Together) -> None:
    await together.start()
    assert len(together.folders) == 1
    together.sigterm()
    assert await together.exited() == 0
    assert together.folders == []
