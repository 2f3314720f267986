"""Leads for operators: listed, searched, exported, put right, erased."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse

from api import erasing
from api.admin_schemas import Done, LeadAmend, LeadDetail, LeadEntry, LeadPage, LeadValueView
from api.contact_form import in_order
from api.cursors import LONGEST, cursor_at, place_of
from api.dependencies import UseDatabase, UseSettings, UseSources
from api.errors import responses
from api.lead_hints import hint_at_leads
from api.links import links
from api.operators import CODES, operators
from shared import lead_csv, log
from shared.db.lead_pages import LeadFilter
from shared.db.unit_of_work import UnitOfWork
from shared.errors import LeadNotFound
from shared.vocabulary import LeadSource, LeadStatus, Scope

router = APIRouter(prefix="/v1/admin", tags=["operators: leads"])

MAY_READ: Final = operators(Scope.LEADS_READ, reading_is_noted=True)
MAY_WRITE: Final = operators(Scope.LEADS_WRITE)

CSV: Final = "text/csv"
ABOUT_THE_FIRST: Final = {
    **links("lead_id", "/leads/0/id", "read_lead", "amend_lead", "erase_lead"),
    **links("session_id", "/leads/0/session_id", "read_transcript"),
}
LARGEST_ID: Final = 2**31 - 1

LeadId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="A lead's number, perhaps of one that was merged since.")]
Cursor = Annotated[str | None, Query(max_length=LONGEST, description="The `next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]
Status = Annotated[LeadStatus | None, Query()]
Text = Annotated[str | None, Query(max_length=200, description="A part of a name, an address or a number.")]


@router.get(
    "/leads",
    dependencies=[MAY_READ],
    responses={200: {"links": ABOUT_THE_FIRST}, **responses(*CODES, "invalid_cursor")},
)
async def list_leads(
    database: UseDatabase, cursor: Cursor = None, limit: Limit = 50, status: Status = None, q: Text = None
) -> LeadPage:
    """Return leads, newest first; those that were erased, or turned out to be part of others, are not shown."""
    wanted, before = LeadFilter(status, q), place_of(cursor)
    found = await database.read(lambda uow: uow.lead_pages.page(wanted, before, limit + 1))
    page = found[:limit]
    return LeadPage(
        leads=[LeadEntry.model_validate(lead) for lead in page],
        next_cursor=cursor_at(page[-1].id) if len(found) > limit else None,
    )


@router.get(
    "/leads.csv",
    dependencies=[MAY_READ],
    response_class=StreamingResponse,
    responses={200: {"content": {CSV: {}}, "description": "UTF-8, newest lead first."}, **responses(*CODES)},
)
async def export_leads(database: UseDatabase, status: Status = None, q: Text = None) -> StreamingResponse:
    """Stream leads as a CSV file in which no cell is a formula."""
    pieces = lead_csv.exported(database, LeadFilter(status, q))
    first = [await anext(pieces), await anext(pieces, b"")]  # a database that is away is told before the file begins
    headers = {"Content-Disposition": 'attachment; filename="leads.csv"'}
    return StreamingResponse(_all_of(first, pieces), media_type=CSV, headers=headers)


@router.get("/leads/{lead_id}", dependencies=[MAY_READ], responses=responses(*CODES, "not_found"))
async def read_lead(lead_id: LeadId, database: UseDatabase) -> LeadDetail:
    """Return a lead with its history; for one that was merged, the lead that it is now."""
    return await database.read(lambda uow: described(lead_id, uow))


@router.patch(
    "/leads/{lead_id}",
    dependencies=[MAY_WRITE],
    responses=responses(*CODES, "not_found", "email_invalid", "phone_invalid"),
)
async def amend_lead(lead_id: LeadId, body: LeadAmend, sources: UseSources, settings: UseSettings) -> LeadDetail:
    """Put a lead right; with an address or number of another, the two become one, which is returned."""
    details = {"name": body.name, "email": body.email, "phone": body.phone}
    given, announce = [*in_order(details, LeadSource.OPERATOR, settings.default_region)], settings.has_webhook

    async def amended(uow: UnitOfWork) -> LeadDetail:
        now_id = await uow.leads.amend(lead_id, given, announce=announce)
        lead = await uow.lead_pages.find(now_id) if now_id else None
        if lead is None:
            raise LeadNotFound
        if body.intent_summary:
            await uow.leads.summarise(lead.id, body.intent_summary, lead.summarised_seq, announce=announce)
        return await described(lead.id, uow)

    lead = await sources.database.write(amended)
    hint_at_leads(sources.hints, settings)
    return lead


@router.delete("/leads/{lead_id}", status_code=202, dependencies=[MAY_WRITE], responses=responses(*CODES, "not_found"))
async def erase_lead(lead_id: LeadId, sources: UseSources, settings: UseSettings) -> Done:
    """Erase a lead everywhere, with every session in which something of it was given."""
    await erasing.erase_lead(lead_id, sources.database, sources.event_log)
    log.get().info("lead_erased", lead_id=lead_id)
    hint_at_leads(sources.hints, settings)
    return Done(status="erased")


async def described(lead_id: int, uow: UnitOfWork) -> LeadDetail:
    """Return a lead with its history. Raises LeadNotFound."""
    lead = await uow.lead_pages.find(lead_id)
    if lead is None:
        raise LeadNotFound
    values = [LeadValueView.model_validate(value) for value in await uow.lead_pages.values(lead.id)]
    entry = LeadEntry.model_validate(lead).model_dump()
    return LeadDetail(**entry, merged_ids=[*await uow.lead_pages.merged(lead.id)], values=values)


async def _all_of(first: list[bytes], rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield b"".join(first)
    async for piece in rest:
        yield piece
