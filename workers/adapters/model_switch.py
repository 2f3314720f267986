"""Whether the model may be asked, as somebody has said for all workers: looked up every few seconds."""

import asyncio
from typing import Final

from shared import log
from shared.db.unit_of_work import Database
from shared.errors import DatabaseUnavailable

LOOK_SECONDS: Final = 2.0


class ModelSwitch:
    """The switch as this process knows it; `run` it beside those who ask."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_on = True

    async def look(self) -> None:
        """Look it up; while the database is away it stays as it was."""
        try:
            is_on = await self._database.read(lambda uow: uow.spending.model_is_on())
        except DatabaseUnavailable:
            return
        if is_on is not self.is_on:
            log.get().info("model_switched", on=is_on)
        self.is_on = is_on

    async def run(self) -> None:
        """Look it up until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)
