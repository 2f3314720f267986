"""Desks of which one half reaches Redis by way of a proxy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.faults.record import Record, record_of
from tests.invariants import check_invariants, observe
from tests.processes import Desk, Gateway, Worker, desk_on
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.stubs.proxy import Proxy


@dataclass(frozen=True, slots=True)
class Proxied:
    """A running desk, the proxy in front of its Redis, and its database."""

    desk: Desk
    proxy: Proxy
    record: Record
    llm: StubLLM


@asynccontextmanager
async def proxied(stack: Stack, llm: StubLLM, half: type[Gateway | Worker], **settings: Any) -> AsyncIterator[Proxied]:
    """Run a desk whose gateway or worker has a proxy before Redis, and hold it to its word at the end."""
    await observe(stack.database)
    with Proxy(stack.redis.url) as proxy:
        desk = desk_on(stack, llm=llm, **settings)
        other = desk_on(stack, llm=llm, **settings | {"redis_url": proxy.url})
        if half is Gateway:
            desk.gateways = other.gateways
        else:
            desk.workers = other.workers
        try:
            await desk.start()
            async with record_of(stack) as record:
                yield Proxied(desk, proxy, record, llm)
                await check_invariants(record.database)
        finally:
            desk.stop()
