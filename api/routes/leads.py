"""The contact form: a lead without any conversation, stored before the answer."""

from fastapi import APIRouter, Depends

from api.contact_form import given_in
from api.dependencies import Token, UseSettings, UseSources
from api.errors import responses
from api.lead_hints import hint_at_leads
from api.rate_limits import limit_writing
from api.rates import HEADERS
from api.schemas import LeadCreate, LeadCreated, LeadView
from shared import log
from shared.db.lead_states import LeadState
from shared.db.leads import Capture
from shared.db.unit_of_work import UnitOfWork
from shared.vocabulary import LeadStatus, LeadStep

router = APIRouter(tags=["leads"])


@router.post(
    "/v1/leads",
    status_code=202,
    responses={
        202: {"headers": HEADERS},
        **responses(
            "invalid_token",
            "session_expired",
            "contact_missing",
            "email_invalid",
            "phone_invalid",
            "message_too_long",
            "consent_required",
            "rate_limited",
        ),
    },
    dependencies=[Depends(limit_writing)],
)
async def post_lead(body: LeadCreate, token: Token, sources: UseSources, settings: UseSettings) -> LeadCreated:
    """Take contact details down: once the answer is 202, they are stored. Sending them again changes nothing."""
    given = given_in(body, settings)

    async def stored(uow: UnitOfWork) -> int:
        session_id = await uow.sessions.enter(token, settings.session_ttl_minutes * 60)
        state = await uow.lead_states.hold(session_id)
        capture = Capture(
            session_id,
            [*state.given, *given],
            LeadStatus.CAPTURED,
            consent_text=settings.consent_wording,
            known=state.lead_id,
            announce=settings.has_webhook,
        )
        lead_id = await uow.leads.capture(capture)
        await uow.lead_states.put(session_id, LeadState(LeadStep.CAPTURED, lead_id=lead_id))
        return lead_id

    lead_id = await sources.database.write(stored)
    log.get().info("lead_captured", lead_id=lead_id, source="form")
    hint_at_leads(sources.hints, settings)
    return LeadCreated(lead=LeadView(step=LeadStep.CAPTURED))
