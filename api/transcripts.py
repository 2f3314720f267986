"""From a session's rows to what an operator may see of them."""

from typing import Any

from api.admin_schemas import TranscriptLead, TranscriptTurn, TranscriptView
from shared.db.transcripts import Transcript
from shared.vocabulary import Rating, SessionStatus, TurnStatus


def transcript_view(transcript: Transcript) -> TranscriptView:
    """Return a session with its turns, oldest first."""
    session = transcript.session
    return TranscriptView(
        session_id=session.id,
        status=SessionStatus(session.status),
        origin=session.origin,
        locale=session.locale,
        created_at=session.created_at,
        last_activity_at=session.last_activity_at,
        expires_at=session.expires_at,
        turns=[_turn(row) for row in transcript.turns],
        lead=TranscriptLead(step=transcript.lead.step, lead_id=transcript.lead.lead_id),
    )


def _turn(row: Any) -> TranscriptTurn:
    return TranscriptTurn(
        turn_id=row.id,
        seq=row.seq,
        message=row.question,
        answer=row.answer,
        status=TurnStatus(row.status),
        citations=row.citations or [],
        kb_release=row.kb_release,
        model=row.model,
        provider=row.provider,
        degraded=row.degraded,
        finish_reason=row.finish_reason,
        error_code=row.error_code,
        rating=Rating(row.rating) if row.rating else None,
        rating_comment=row.rating_comment,
        attempt=row.attempt,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
