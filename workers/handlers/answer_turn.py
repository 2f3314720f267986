"""Answer the open turns of a session, one after the other, oldest first."""

import asyncio
from contextlib import suppress
from typing import Final

from shared import log
from shared.db.claims import Claim, Finished, Outcome
from shared.db.unit_of_work import UnitOfWork
from shared.errors import BrokerUnavailable
from shared.jobs import AnswerTurn, jobs_for_leads
from shared.vocabulary import TurnStatus
from workers.dependencies import Dependencies, TurnEvents
from workers.handlers.composing import Composed, compose
from workers.ports import LeaseLost

GAVE_UP: Final = "gave_up"
DEADLINE_PASSED: Final = "deadline_passed"


async def answer_turn(job: AnswerTurn, use: Dependencies) -> None:
    """Claim the session's head turn, answer it, and go on until none is open or another worker holds it."""
    while claim := await use.claims.claim(job.session_id):
        try:
            async with use.leases.hold(claim) as lease:
                await _answer(claim, use.events_of(claim, lease.lose), use)
        except LeaseLost:
            log.get().info("turn_superseded", turn_id=claim.turn_id, attempt=claim.attempt)


async def _answer(claim: Claim, events: TurnEvents, use: Dependencies) -> None:
    events.reset()
    composed = _refusal(claim, use.settings.turn_max_attempts) or await compose(claim, events, use)
    if await _end(claim, composed, use) is Finished.LOST:
        raise LeaseLost
    await events.end(composed.outcome)
    log.get().info("turn_ended", turn_id=claim.turn_id, status=composed.outcome.status, attempt=claim.attempt)
    if composed.lead and composed.lead.capture:
        await _hint_at_leads(use)


async def _end(claim: Claim, composed: Composed, use: Dependencies) -> Finished:
    """Store the answer, and with it, or not at all, what it changes of lead capture."""
    change = composed.lead
    if change is None:  # most turns: a single statement needs no transaction
        return await use.database.stepwise(lambda uow: uow.claims.finish(claim, composed.outcome))

    async def both(uow: UnitOfWork) -> Finished:
        finished = await uow.claims.finish(claim, composed.outcome)
        if finished is Finished.NOW:
            await change.store(claim.session_id, uow)
        return finished

    return await use.database.write(both)


async def _hint_at_leads(use: Dependencies) -> None:
    """Have the lead sent on at once; beat's clock would do so within seconds."""
    with suppress(BrokerUnavailable):
        for job in jobs_for_leads(use.settings):
            await asyncio.to_thread(use.publish, job)


def _refusal(claim: Claim, max_attempts: int) -> Composed | None:
    """Return the end of a turn that is not worth another attempt."""
    if claim.attempt > max_attempts:
        return Composed(Outcome(TurnStatus.FAILED, "", error_code=GAVE_UP))
    if claim.overdue:
        return Composed(Outcome(TurnStatus.FAILED, "", error_code=DEADLINE_PASSED))
    return None
