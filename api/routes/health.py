"""Whether this process lives, and whether the desk can answer."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.dependencies import UseSources
from api.following import Sources
from shared import presence
from shared.errors import BrokerUnavailable, DatabaseUnavailable
from shared.vocabulary import Target

router = APIRouter(tags=["health"])

LONGEST_WAIT_SECONDS = 30


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """What the desk needs, and whether it is there."""

    database: bool
    redis: bool
    worker: bool
    release: str | None
    oldest_due_turn_seconds: float
    sheet_error: str | None
    """Why leads wait for the sheet, when something is wrong with it: visitors are answered all the same."""
    detail: str


@router.get("/healthz")
async def healthz() -> Health:
    """Say that the process lives."""
    return Health()


@router.get(
    "/readyz",
    responses={
        200: {"model": Readiness, "description": "Visitors are answered."},
        503: {"model": Readiness, "description": "Something is missing."},
    },
)
async def readyz(sources: UseSources) -> JSONResponse:
    """Say what is there; 503 while visitors would not be answered."""
    readiness = await look(sources)
    return JSONResponse(readiness.model_dump(), 503 if readiness.detail else 200)


async def look(sources: Sources) -> Readiness:
    """Look at everything that an answer needs."""
    database, redis, waited, sheet_error = True, True, 0.0, None
    loaded: dict[str, str | None] = {}
    try:
        waited = await sources.database.read(lambda uow: uow.claims.oldest_due_seconds())
        sheet_error = (await sources.database.read(lambda uow: uow.mirrors.state(Target.SHEET))).error
    except DatabaseUnavailable:
        database = False
    try:
        loaded = await presence.announced(sources.event_log)
    except BrokerUnavailable:
        redis = False
    release = max(filter(None, loaded.values()), default=None)
    wants = {
        "the database is away": not database,
        "Redis is away": not redis,
        "no worker takes turns": redis and not loaded,
        "no release of the knowledge base is loaded": bool(loaded) and release is None,
        f"a turn has waited for {waited:.0f} seconds": waited > LONGEST_WAIT_SECONDS,
    }
    return Readiness(
        database=database,
        redis=redis,
        worker=bool(loaded),
        release=release,
        oldest_due_turn_seconds=waited,
        sheet_error=sheet_error,
        detail="; ".join(text for text, wanting in wants.items() if wanting),
    )
