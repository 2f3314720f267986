"""Hint again for turns whose hint or worker was lost."""

import asyncio
from typing import Final

from shared import log
from shared.jobs import AnswerTurn, SweepTurns
from workers.dependencies import Dependencies

MOST_AT_ONCE: Final = 200


async def sweep_turns(_: SweepTurns, use: Dependencies) -> None:
    """Send a hint for each session whose head turn nobody works on."""
    session_ids = await use.database.write(lambda uow: uow.claims.stranded_sessions(MOST_AT_ONCE))
    for session_id in session_ids:
        await asyncio.to_thread(use.publish, AnswerTurn(session_id))
    if session_ids:
        log.get().info("turns_swept", sessions=len(session_ids))
