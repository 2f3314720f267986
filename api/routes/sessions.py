"""Sessions: opened, read back after a reload, erased."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request

from api import erasing
from api.dependencies import UseDatabase, UseSettings, UseSources, Visitor
from api.errors import responses
from api.lead_hints import hint_at_leads
from api.origins import allowed_origin
from api.rate_limits import limit_opening
from api.rates import HEADERS
from api.schemas import LeadView, SessionCreate, SessionCreated, SessionView
from api.views import session_turn
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id, new_token

router = APIRouter(tags=["sessions"])


@router.post(
    "/v1/sessions",
    status_code=201,
    responses={201: {"headers": HEADERS}, **responses("origin_not_allowed", "rate_limited")},
    dependencies=[Depends(limit_opening)],
)
async def open_session(
    request: Request,
    settings: UseSettings,
    database: UseDatabase,
    body: SessionCreate | None = None,
    origin: Annotated[str | None, Header(max_length=255)] = None,
) -> SessionCreated:
    """Open a session for a visitor of an allowed website, and hand out its token."""
    site = allowed_origin(origin, request, settings.allowed_origins)
    locale, ttl = body.locale if body else None, settings.session_ttl_minutes * 60

    async def opened(uow: UnitOfWork) -> tuple[str, str, datetime]:
        session_id, token = new_id(), new_token()  # new ones at each try: the first may stand, its commit unconfirmed
        return session_id, token, await uow.sessions.open(session_id, token, origin=site, locale=locale, ttl=ttl)

    session_id, token, expires_at = await database.write(opened)
    greeting = settings.greeting.replace("{company_name}", settings.company_name)
    return SessionCreated(
        session_id=session_id,
        token=token,
        expires_at=expires_at,
        greeting=greeting,
        suggestions=[*settings.suggestions],
    )


@router.get("/v1/session", responses=responses("invalid_token"))
async def read_session(visitor: Visitor, database: UseDatabase) -> SessionView:
    """Return the whole session, oldest turn first."""
    turns = await database.read(lambda uow: uow.turns.all_of(visitor.id))
    step = await database.read(lambda uow: uow.sessions.lead_step(visitor.id))
    return SessionView(
        session_id=visitor.id,
        status=visitor.status,
        expires_at=visitor.expires_at,
        turns=[session_turn(turn) for turn in turns],
        lead=LeadView(step=step),
    )


@router.delete("/v1/session", status_code=202, responses=responses("invalid_token"))
async def erase_session(visitor: Visitor, sources: UseSources, settings: UseSettings) -> dict[str, str]:
    """Erase the visitor: the session, its turns and its event log, and what it gave of any lead."""
    await erasing.erase_session(visitor.id, sources.database, sources.event_log)
    hint_at_leads(sources.hints, settings)
    return {"status": "erased"}
