"""What operators did, for those who may see everything."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.admin_schemas import AuditEntry, AuditPage
from api.cursors import LONGEST, cursor_at, place_of
from api.dependencies import UseDatabase
from api.errors import responses
from api.operators import CODES, operators
from shared.vocabulary import Scope

router = APIRouter(prefix="/v1/admin", tags=["operators: audit"], dependencies=[operators(Scope.ALL)])

Cursor = Annotated[str | None, Query(max_length=LONGEST, description="The `next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/audit", responses=responses(*CODES, "invalid_cursor"))
async def read_audit(database: UseDatabase, cursor: Cursor = None, limit: Limit = 50) -> AuditPage:
    """Return what was done with admin keys and by commands, newest first; each was noted before it was done."""
    before = place_of(cursor)
    found = await database.read(lambda uow: uow.audit.page(before, limit + 1))
    page = found[:limit]
    return AuditPage(
        entries=[AuditEntry.model_validate(entry) for entry in page],
        next_cursor=cursor_at(page[-1].id) if len(found) > limit else None,
    )
