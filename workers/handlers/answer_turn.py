"""Answer the open turns of a session, one after the other, oldest first."""

from typing import Final

from shared import log
from shared.db.claims import Claim, Outcome
from shared.jobs import AnswerTurn
from shared.vocabulary import TurnStatus
from workers.dependencies import Dependencies, TurnEvents
from workers.handlers.composing import compose
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
    outcome = _refusal(claim, use.settings.turn_max_attempts) or await compose(claim, events, use)
    if not await use.database.stepwise(lambda uow: uow.claims.finish(claim, outcome)):
        raise LeaseLost
    await events.end(outcome)
    log.get().info("turn_ended", turn_id=claim.turn_id, status=outcome.status, attempt=claim.attempt)


def _refusal(claim: Claim, max_attempts: int) -> Outcome | None:
    """Return the end of a turn that is not worth another attempt."""
    if claim.attempt > max_attempts:
        return Outcome(TurnStatus.FAILED, "", error_code=GAVE_UP)
    if claim.overdue:
        return Outcome(TurnStatus.FAILED, "", error_code=DEADLINE_PASSED)
    return None
