"""Hint again for turns whose hint or worker was lost."""

import asyncio
from typing import Final

from shared import log
from shared.broker import JOBS_PER_MESSAGE
from shared.jobs import AnswerTurn, SweepTurns
from shared.vocabulary import Queue
from workers import metrics
from workers.dependencies import Dependencies

MOST_AT_ONCE: Final = 200


async def sweep_turns(_: SweepTurns, use: Dependencies) -> None:
    """Send a hint for each session whose head turn nobody works on; none while many wait already.

    Those are left as they are, so that the patrol of the next worker to come finds them.
    """
    if await asyncio.to_thread(use.has_enough, Queue.CHAT):
        return
    session_ids = await use.database.write(lambda uow: uow.claims.stranded_sessions(MOST_AT_ONCE))
    for start in range(0, len(session_ids), JOBS_PER_MESSAGE):
        together = session_ids[start : start + JOBS_PER_MESSAGE]
        await asyncio.to_thread(use.publish, *map(AnswerTurn, together))
    if session_ids:
        metrics.SWEPT.inc(len(session_ids))
        log.get().info("turns_swept", sessions=len(session_ids))
