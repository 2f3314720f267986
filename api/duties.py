"""What the gateway does all the time beside answering requests: each duty is begun anew, should it ever fail."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final, Never

from shared import log

AGAIN_SECONDS: Final = 1.0

Duty = Callable[[], Awaitable[None]]
"""Goes on until it is cancelled."""


@asynccontextmanager
async def kept_up(duties: Mapping[str, Duty], again_seconds: float = AGAIN_SECONDS) -> AsyncIterator[None]:
    """See to the duties, by their names, while the block runs."""
    tasks = [asyncio.create_task(_keep_up(name, duty, again_seconds)) for name, duty in duties.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def _keep_up(name: str, duty: Duty, again_seconds: float) -> Never:
    while True:
        task = asyncio.ensure_future(duty())
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
        log.get().error("duty_failed", duty=name, exc_info=task.exception())
        await asyncio.sleep(again_seconds)
