"""The hold on the sheet: one process at a time writes to it, counts its requests, and lets it alone after a failure."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from shared.db.mirrors import Allowance, Hold
from shared.errors import DatabaseUnavailable, FrontdeskError
from shared.vocabulary import Target
from workers.dependencies import LeadMirror
from workers.ports import SheetBusy, SheetMisshapen, SheetUnavailable

LEASE_SECONDS: Final = 60.0  # longer than any request takes; renewed before each
LOOK_AGAIN_SECONDS: Final = 0.5
FIRST_PAUSE_SECONDS: Final = 60.0
LONGEST_PAUSE_SECONDS: Final = 900.0
SHORTER_PAUSES: Final = {
    SheetUnavailable: (1.0, LONGEST_PAUSE_SECONDS),
    SheetMisshapen: (5.0, 60.0),  # somebody is working in the sheet, and will look whether it is in order again
}
LONGEST_WISH_SECONDS: Final = 3600.0


class MirrorHold:
    """What whoever holds the sheet may do."""

    def __init__(self, mirror: LeadMirror, hold: Hold) -> None:
        self._database, self._hold = mirror.database, hold
        self._allowance = Allowance(mirror.requests_per_minute, LEASE_SECONDS)

    async def leave(self) -> None:
        """Return once another request may be made. Raises SheetBusy when somebody else holds the sheet by now."""
        while (seconds := await self._count()) != 0:
            if seconds is None:
                raise SheetBusy
            await asyncio.sleep(seconds)

    async def pause(self, error: FrontdeskError) -> float:
        """Let the sheet alone for a while, the longer the more often it failed; return for how many seconds."""
        state = await self._database.read(lambda uow: uow.mirrors.state(self._hold.target))
        first, longest = SHORTER_PAUSES.get(type(error), (FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS))
        seconds = max(1.0, random.uniform(0, min(longest, first * 2**state.trips)))  # noqa: S311
        if error.retry_after is not None:
            seconds = min(error.retry_after, LONGEST_WISH_SECONDS)
        await self._database.stepwise(lambda uow: uow.mirrors.pause(self._hold, error.code, seconds))
        return seconds

    async def resume(self) -> None:
        """Note that all is well."""
        await self._database.stepwise(lambda uow: uow.mirrors.resume(self._hold))

    async def _count(self) -> float | None:
        return await self._database.stepwise(lambda uow: uow.mirrors.count_request(self._hold, self._allowance))


@asynccontextmanager
async def held(mirror: LeadMirror, patience_seconds: float = 0.0) -> AsyncIterator[MirrorHold]:
    """Hold the sheet while the block runs. Raises SheetBusy when somebody else does for as long as we wait."""
    hold = await _acquire(mirror, patience_seconds)
    try:
        yield MirrorHold(mirror, hold)
    finally:
        with suppress(DatabaseUnavailable):  # the lease ends by itself
            await mirror.database.stepwise(lambda uow: uow.mirrors.release(hold))


async def _acquire(mirror: LeadMirror, patience_seconds: float) -> Hold:
    loop = asyncio.get_running_loop()
    until = loop.time() + patience_seconds
    while True:
        hold = await mirror.database.stepwise(
            lambda uow: uow.mirrors.acquire(Target.SHEET, mirror.owner, LEASE_SECONDS)
        )
        if hold:
            return hold
        if loop.time() >= until:
            raise SheetBusy
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
