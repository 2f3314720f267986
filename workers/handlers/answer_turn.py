"""Answer the open turns of a session, one after the other, oldest first."""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Final

from opentelemetry.trace import SpanKind
from structlog.contextvars import bound_contextvars

from shared import log, tracing
from shared.db.claims import Claim, Finished, Outcome
from shared.errors import BrokerUnavailable
from shared.jobs import AnswerTurn, jobs_for_leads
from shared.vocabulary import TurnStatus
from workers import metrics
from workers.dependencies import Dependencies, Lease, TurnEvents
from workers.domain.budget import Spent, Tab
from workers.handlers.composing import Composed, compose
from workers.handlers.ending import end_turn
from workers.ports import LeaseLost

GAVE_UP: Final = "gave_up"
DEADLINE_PASSED: Final = "deadline_passed"

TRACED: Final = ("status", "provider", "degraded", "finish_reason", "error_code")

metrics.expect_failures(GAVE_UP, DEADLINE_PASSED)


async def answer_turn(job: AnswerTurn, use: Dependencies) -> None:
    """Claim the session's head turn, answer it, and go on until none is open or another worker holds it.

    Raises Retired when the process is about to end: what is open still is for another.
    """
    claim = await use.claims.claim(job.session_id)
    while claim:
        posted = job if job.turn_id == claim.turn_id else AnswerTurn(claim.session_id)
        ids = {"session_id": claim.session_id, "turn_id": claim.turn_id, "request_id": posted.request_id}
        about = {f"frontdesk.{name}": one for name, one in ids.items()}
        span = tracing.span("answer turn", about, kind=SpanKind.CONSUMER, parent=posted.traceparent)
        with bound_contextvars(**ids), span:
            try:
                await _try(claim, use)
            finally:
                use.claims.over(claim)
        claim = await use.claims.claim(job.session_id, urgent=False)  # few visitors have asked again already


async def _try(claim: Claim, use: Dependencies) -> None:
    metrics.claimed(claim)
    tracing.note({"frontdesk.attempt": claim.attempt, "frontdesk.waited_seconds": claim.waited})
    tab = Tab()
    try:
        async with use.leases.hold(claim) as lease:
            with use.events_of(claim, lease.lose) as events:
                await _answer(lease, claim, events, tab, use)
    except LeaseLost:
        metrics.SUPERSEDED.inc()
        tracing.failed(LeaseLost.code)
        log.get().info("turn_superseded", turn_id=claim.turn_id, attempt=claim.attempt)
        await _pay_for_nothing(claim, tab, use)


async def _answer(lease: Lease, claim: Claim, events: TurnEvents, tab: Tab, use: Dependencies) -> None:
    began_at = monotonic()
    events.reset()
    composed = _refusal(claim, use.settings.turn_max_attempts) or await compose(claim, events, tab, use)
    with tracing.span("store answer"), lease.ending():
        finished = await end_turn(claim, composed, tab.spent, use.database, use.purse)
    if finished is Finished.LOST:
        raise LeaseLost
    await events.end(composed.outcome)
    outcome = composed.outcome
    tracing.note({f"frontdesk.{name}": getattr(outcome, name) for name in TRACED})
    metrics.ended(outcome, claim.waited + monotonic() - began_at)
    if composed.lead and composed.lead.moves:
        metrics.LEAD_STEPS.labels(composed.lead.state.step).inc()
    log.get().info(
        "turn_ended",
        turn_id=claim.turn_id,
        status=outcome.status,
        attempt=claim.attempt,
        provider=outcome.provider,
        degraded=outcome.degraded,
    )
    if composed.lead and composed.lead.capture:
        await _hint_at_leads(use)


async def _pay_for_nothing(claim: Claim, tab: Tab, use: Dependencies) -> None:
    """Count what was said to somebody who did not want it any more, or for somebody else to say again."""
    if use.purse.counts and tab.spent != Spent():
        await use.database.write(lambda uow: use.purse.pay(claim.session_id, tab.spent, uow))


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
