"""The knowledge base: its releases, its builds, and which release answers."""

from contextlib import suppress

from fastapi import APIRouter

from api.admin_kb_schemas import BuildOrder, BuildView, KnowledgeStatus, Ordered, ReleaseView, WorkerView
from api.dependencies import UseDatabase, UseSources
from api.errors import responses
from api.links import links
from api.operators import CODES, operators
from shared import presence
from shared.db.knowledge import Build, KnownRelease
from shared.db.unit_of_work import UnitOfWork
from shared.errors import BrokerUnavailable, BuildUnderWay, ReleaseBroken, ReleaseNotFound
from shared.jobs import BuildRelease, PublishRelease
from shared.vocabulary import Scope

router = APIRouter(prefix="/v1/admin/kb", tags=["operators: knowledge base"], dependencies=[operators(Scope.KB)])


@router.get("", responses={200: {"links": links("release", "/current", "publish_release")}, **responses(*CODES)})
async def read_knowledge(sources: UseSources) -> KnowledgeStatus:
    """Return the kept releases, the newest build and its problems, and what each worker has loaded.

    Workers tell of themselves through Redis: while it is away, `workers` is null.
    """
    releases, build = await sources.database.read(_state)
    workers: list[WorkerView] | None = None
    with suppress(BrokerUnavailable):
        said = await presence.announced(sources.event_log)
        workers = [WorkerView(worker=name, release=release) for name, release in said.items()]
    loaded = {worker.release for worker in workers or ()}
    return KnowledgeStatus(
        current=next((one.release for one in releases if one.is_current), None),
        loaded=loaded.pop() if len(loaded) == 1 else None,
        workers=workers,
        releases=[ReleaseView.model_validate(one, from_attributes=True) for one in releases],
        build=BuildView.model_validate(build, from_attributes=True) if build else None,
    )


@router.post("/builds", status_code=202, responses=responses(*CODES, "kb_build_running"))
async def order_build(sources: UseSources, body: BuildOrder | None = None) -> Ordered:
    """Have a release built from the documents as they are; how far it is, is in `build` afterwards.

    Its row is the order: with Redis or every worker away it waits, and is begun when they are back.
    """
    order = body or BuildOrder()

    async def place(uow: UnitOfWork) -> int:
        last = await uow.knowledge.last_build()
        if last and last.is_open:
            raise BuildUnderWay
        return await uow.knowledge.order(strict=order.strict, publish=order.publish)

    number = await sources.database.write(place)
    sources.hints.send(BuildRelease())
    return Ordered(build_id=number)


@router.post(
    "/releases/{release}/publish",
    status_code=202,
    responses=responses(*CODES, "release_not_found", "release_unusable", "broker_unavailable"),
)
async def publish_release(release: str, database: UseDatabase, sources: UseSources) -> Ordered:
    """Have a kept release made the current one, an older one as well as a newer."""
    releases = await database.read(lambda uow: uow.knowledge.releases())
    known = next((one for one in releases if one.release == release), None)
    if known is None:
        raise ReleaseNotFound
    if known.problem:
        raise ReleaseBroken(known.problem)
    await sources.hints.order(PublishRelease(release))
    return Ordered(release=release)


async def _state(uow: UnitOfWork) -> tuple[list[KnownRelease], Build | None]:
    return await uow.knowledge.releases(), await uow.knowledge.last_build()
