"""Whether this process lives, and whether the desk can answer."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.dependencies import UseSources
from api.errors import NOT_READY, STATUS, problem, refusals
from api.following import Sources
from shared import presence
from shared.db.unit_of_work import Database
from shared.errors import BrokerUnavailable, DatabaseUnavailable
from shared.event_log import EventLog
from shared.vocabulary import Target

router = APIRouter(tags=["health"])

LONGEST_WAIT_SECONDS = 25  # far beyond what a sweep or a patrol needs to find a turn
PATIENCE_SECONDS = 2.0  # for what may be a black hole: whoever asks has little patience, too


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


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> Health:
    """Say that the process lives."""
    return Health()


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", responses={200: {"model": Readiness}, **refusals(NOT_READY)})
async def readyz(sources: UseSources) -> JSONResponse:
    """Say what is there; 503 while visitors would not be answered, with the same facts in the problem."""
    readiness = await look(sources)
    facts = readiness.model_dump()
    return (
        problem(STATUS[NOT_READY], NOT_READY, readiness.detail, facts=facts)
        if readiness.detail
        else JSONResponse(facts)
    )


async def look(sources: Sources) -> Readiness:
    """Look at everything that an answer needs, for two seconds at most."""
    due, loaded = await asyncio.gather(_due(sources.database), _loaded(sources.event_log))
    waited, sheet_error = due or (0.0, None)
    release = max(filter(None, (loaded or {}).values()), default=None)
    wants = {
        "the database is away": due is None,
        "Redis is away": loaded is None,
        "no worker takes turns": loaded == {},
        "no release of the knowledge base is loaded": bool(loaded) and release is None,
        f"a turn has waited for {waited:.0f} seconds": waited > LONGEST_WAIT_SECONDS,
    }
    return Readiness(
        database=due is not None,
        redis=loaded is not None,
        worker=bool(loaded),
        release=release,
        oldest_due_turn_seconds=waited,
        sheet_error=sheet_error,
        detail="; ".join(text for text, wanting in wants.items() if wanting),
    )


async def _due(database: Database) -> tuple[float, str | None] | None:
    """Return how long the oldest due turn has waited, and what is wrong with the sheet; None with the database away."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            waited = await database.read(lambda uow: uow.claims.oldest_due_seconds())
            return waited, (await database.read(lambda uow: uow.mirrors.state(Target.SHEET))).error
    except (DatabaseUnavailable, TimeoutError):
        return None


async def _loaded(event_log: EventLog) -> dict[str, str | None] | None:
    """Return the release that each worker has loaded; None with Redis away."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await presence.announced(event_log)
    except (BrokerUnavailable, TimeoutError):
        return None
