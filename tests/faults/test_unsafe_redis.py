"""A Redis that may drop what it was given is refused by all who would rely on it, in words an operator can use."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.children import Child
from tests.processes import Gateway, Worker
from tests.servers import Redis
from tests.servers.server import free_port
from tests.stack import Parts, Stack, stack_of

SAID: Final = "Redis has maxmemory-policy allkeys-lru, which may drop jobs and answers. Set it to noeviction"


@pytest.fixture
def evicting(parts: Parts, tmp_path: Path) -> Iterator[Stack]:
    """Give a stack whose Redis evicts keys when it is full."""
    with Redis(maxmemory_policy="allkeys-lru") as redis, stack_of(parts, "local", tmp_path, redis) as stack:
        yield stack


class LocalDesk(Child):
    """`frontdesk up`, told to use a Redis of the operator's."""

    def __init__(self, stack: Stack) -> None:
        super().__init__("frontdesk up", stack.data_dir / "terminal.log")
        command: list[str | Path] = [Path(sys.executable).with_name("frontdesk"), "up", "--port", str(free_port())]
        self.spawn(command, cwd=stack.data_dir, env=stack.environment())


async def test_a_redis_that_may_evict_is_refused_at_the_start(evicting: Stack) -> None:
    """Fault 4: `maxmemory-policy allkeys-lru` would lose jobs and answers when memory runs short."""
    parts = [Gateway(evicting, 1, {}), Worker(evicting, 1, {})]
    up = LocalDesk(evicting)
    await asyncio.gather(*(part.start() for part in parts), return_exceptions=True)
    up.wait()
    for child in (*parts, up):
        assert child.exit_code, f"{child.name} started"
        assert SAID in child.log
        assert "Traceback" not in child.log
