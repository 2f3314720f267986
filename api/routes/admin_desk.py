"""What operators look at: a session's transcript, and how much there is of everything."""

from typing import Annotated, Final

from fastapi import APIRouter, Path

from api.admin_schemas import Backlog, Queued, Stats, TranscriptView
from api.dependencies import UseDatabase, UseSources
from api.errors import responses
from api.operators import CODES, operators
from api.transcripts import transcript_view
from shared.errors import TranscriptNotFound
from shared.ids import is_id
from shared.jobs import DeliverWebhooks
from shared.vocabulary import LeadStatus, OutboxState, Scope, SessionStatus, Target, TurnStatus

router = APIRouter(prefix="/v1/admin", tags=["operators: desk"])

MAY_READ: Final = operators(Scope.SESSIONS_READ, reading_is_noted=True)


@router.get("/sessions/{session_id}", dependencies=[MAY_READ], responses=responses(*CODES, "not_found"))
async def read_transcript(session_id: Annotated[str, Path()], database: UseDatabase) -> TranscriptView:
    """Return everything that was said in a session, and where lead capture stands."""
    found = await database.read(lambda uow: uow.transcripts.of(session_id)) if is_id(session_id) else None
    if found is None:
        raise TranscriptNotFound
    return transcript_view(found)


@router.get("/stats", dependencies=[operators(None)], responses=responses(*CODES))
async def read_stats(database: UseDatabase) -> Stats:
    """Return how many sessions, turns and leads there are, by status, and what waits to be sent."""
    counts = await database.read(lambda uow: uow.counting.everything())
    return Stats(
        sessions={status: counts.sessions.get(status, 0) for status in SessionStatus},
        turns={status: counts.turns.get(status, 0) for status in TurnStatus},
        leads={status: counts.leads.get(status, 0) for status in LeadStatus},
        outbox={target: _backlog(counts.outbox.get(target, {})) for target in Target},
    )


@router.post(
    "/webhook/retry", status_code=202, dependencies=[operators(Scope.LEADS_WRITE)], responses=responses(*CODES)
)
async def retry_webhook(sources: UseSources) -> Queued:
    """Announce again what the webhook was not reached for in days."""
    queued = await sources.database.write(lambda uow: uow.announcements.try_again())
    sources.hints.send(DeliverWebhooks())
    return Queued(queued=queued)


def _backlog(states: dict[str, int]) -> Backlog:
    failed = states.get(OutboxState.FAILED, 0)
    return Backlog(pending=sum(states.values()) - failed, failed=failed)
