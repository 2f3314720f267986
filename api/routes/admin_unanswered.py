"""Questions that the documents did not answer, for operators: listed by how often they were asked, and settled."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from api.admin_schemas import Example, UnansweredAmend, UnansweredEntry, UnansweredPage
from api.cursors import LONGEST, cursor_at, places_of
from api.dependencies import UseDatabase
from api.errors import responses
from api.links import links
from api.operators import CODES, operators
from shared.db import unanswered
from shared.db.unit_of_work import UnitOfWork
from shared.errors import QuestionNotFound
from shared.vocabulary import Scope, UnansweredStatus

router = APIRouter(
    prefix="/v1/admin",
    tags=["operators: unanswered questions"],
    dependencies=[operators(Scope.KB, reading_is_noted=True)],
)

LARGEST_ID: Final = 2**31 - 1

GroupId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Cursor = Annotated[str | None, Query(max_length=LONGEST, description="The `next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]
Status = Annotated[UnansweredStatus | None, Query()]


@router.get(
    "/unanswered",
    responses={200: {"links": links("group_id", "/unanswered/0/id", "settle")}, **responses(*CODES, "invalid_cursor")},
)
async def list_unanswered(
    database: UseDatabase, cursor: Cursor = None, limit: Limit = 50, status: Status = None
) -> UnansweredPage:
    """Return questions that are alike as one, most often asked first; what is asked meanwhile may change places."""
    place = places_of(cursor, len(unanswered.Place._fields))
    after = unanswered.Place(*place) if place else None

    async def found(uow: UnitOfWork) -> UnansweredPage:
        groups = await uow.unanswered.page(status, after, limit + 1)
        page = groups[:limit]
        return UnansweredPage(
            unanswered=await shown(page, uow),
            next_cursor=cursor_at(*page[-1].place) if len(groups) > limit else None,
        )

    return await database.read(found)


@router.patch("/unanswered/{group_id}", responses=responses(*CODES, "not_found"))
async def settle(group_id: GroupId, body: UnansweredAmend, database: UseDatabase) -> UnansweredEntry:
    """Say what has become of a question; an answered one is open again when it is asked in vain once more."""

    async def settled(uow: UnitOfWork) -> UnansweredEntry:
        if await uow.unanswered.find(group_id) is None:
            raise QuestionNotFound
        await uow.unanswered.decide(group_id, body.status)
        group = await uow.unanswered.find(group_id)
        if group is None:
            raise QuestionNotFound
        return (await shown([group], uow))[0]

    return await database.write(settled)


async def shown(groups: list[unanswered.Group], uow: UnitOfWork) -> list[UnansweredEntry]:
    """Return groups with their examples."""
    examples = await uow.unanswered.examples([group.id for group in groups])
    return [
        UnansweredEntry(
            id=group.id,
            question=group.question,
            count=group.count,
            first_asked_at=group.first_asked_at,
            last_asked_at=group.last_asked_at,
            examples=[
                Example(turn_id=one.turn_id, session_id=one.session_id, question=one.question, asked_at=one.created_at)
                for one in examples.get(group.id, ())
            ],
            status=group.status,
        )
        for group in groups
    ]
