"""The releases and builds of the knowledge base, as the workers told of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import kb_builds, kb_releases
from shared.vocabulary import BuildStatus

SILENT_SECONDS: Final = 120.0  # a running build that tells nothing for so long has died
MOST_ATTEMPTS: Final = 2  # what has killed two workers would kill a third

_waits: Final = kb_builds.c.status == BuildStatus.QUEUED
_runs: Final = kb_builds.c.status == BuildStatus.RUNNING
_died: Final = _runs & (kb_builds.c.heard_at <= utc_now(-SILENT_SECONDS))
_to_begin: Final = or_(_waits, _died & (kb_builds.c.attempt < MOST_ATTEMPTS))
TO_BEGIN: Final = select(func.min(kb_builds.c.id)).where(_to_begin)
ALIVE: Final = select(kb_builds.c.id).where(_runs, ~_died).limit(1)


@dataclass(frozen=True, slots=True)
class KnownRelease:
    """A release that is kept where the workers can load it."""

    release: str
    is_current: bool
    built_at: str
    passages: int
    documents: int
    embedding: str
    problem: str | None
    """Why it can't be published."""
    publish_error: str | None = None
    """Why the last order to publish it came to nothing, although it can be."""


@dataclass(frozen=True, slots=True)
class Build:
    """A build that was ordered; progress is in passages."""

    id: int
    status: BuildStatus
    strict: bool
    publish: bool
    done: int
    total: int
    release: str | None
    error: str | None
    problems: list[str]
    ordered_at: datetime
    finished_at: datetime | None
    attempt: int
    """How often it was begun."""

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.status in {BuildStatus.QUEUED, BuildStatus.RUNNING}


class Knowledge:
    """The `kb_releases` and `kb_builds` tables."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def releases(self) -> list[KnownRelease]:
        """Return the kept releases, the newest first."""
        rows = await self._connection.execute(select(kb_releases).order_by(kb_releases.c.release.desc()))
        return [KnownRelease(**row._mapping) for row in rows]  # noqa: SLF001  (its public name for this)

    async def tell_releases(self, releases: Sequence[KnownRelease]) -> None:
        """Replace what is known by what there is now; why one could not be published stays until it is."""
        failed = select(kb_releases.c.release, kb_releases.c.publish_error).where(
            kb_releases.c.publish_error.is_not(None)
        )
        errors = {row.release: row.publish_error for row in await self._connection.execute(failed)}
        told = [
            replace(release, publish_error=None if release.is_current else errors.get(release.release))
            for release in releases
        ]
        await self._connection.execute(delete(kb_releases))
        if told:
            await self._connection.execute(insert(kb_releases), [asdict(release) for release in told])

    async def spoil(self, release: str, problem: str) -> None:
        """Note why a release can't be published."""
        await self._note(release, problem=problem)

    async def publishing_failed(self, release: str, error: str) -> None:
        """Note why a release that is as good as before could not be published this time."""
        await self._note(release, publish_error=error)

    async def _note(self, release: str, **noted: str) -> None:
        await self._connection.execute(update(kb_releases).where(kb_releases.c.release == release).values(noted))

    async def order(self, *, strict: bool, publish: bool) -> int:
        """Note that a build is wanted, and return its number."""
        now = utc_now()
        row = {"status": BuildStatus.QUEUED.value, "strict": strict, "publish": publish, "problems": []}
        made = await self._connection.execute(insert(kb_builds).values(ordered_at=now, heard_at=now, **row))
        (number,) = made.inserted_primary_key or (0,)
        return int(number)

    async def due_build(self) -> int | None:
        """Return the build to take up, the one that was ordered first; None when none waits or another one runs."""
        if (await self._connection.execute(ALIVE)).first():
            return None
        number: int | None = (await self._connection.execute(TO_BEGIN)).scalar()
        return number

    async def begin(self, number: int) -> Build | None:
        """Take a build up that waits or whose worker died; None when somebody else was faster."""
        begun = {"status": BuildStatus.RUNNING.value, "attempt": kb_builds.c.attempt + 1, "done": 0, "total": 0}
        mine = update(kb_builds).where(kb_builds.c.id == number, _to_begin)
        taken = await self._connection.execute(mine.values(heard_at=utc_now(), **begun))
        return await self._find(number) if taken.rowcount else None

    async def progress(self, build: Build, done: int, total: int) -> None:
        """Note that the build lives, and how far it is."""
        await self._change(build, done=done, total=total)

    async def finish(self, build: Build, release: str | None, problems: Sequence[str], error: str | None) -> None:
        """Note how the build ended, unless it was given up and begun by somebody else."""
        status = BuildStatus.FAILED if error else BuildStatus.DONE
        ended = {"release": release, "problems": list(problems), "error": error, "finished_at": utc_now()}
        await self._change(build, status=status.value, **ended)

    async def last_build(self) -> Build | None:
        """Return the newest build; one that has been silent for too long waits to be begun again, or has failed."""
        newest = select(kb_builds.c.id).order_by(kb_builds.c.id.desc()).limit(1)
        number = (await self._connection.execute(newest)).scalar()
        return await self._find(number) if number else None

    async def _change(self, build: Build, **values: Any) -> None:
        mine = update(kb_builds).where(kb_builds.c.id == build.id, kb_builds.c.attempt == build.attempt, _runs)
        await self._connection.execute(mine.values(heard_at=utc_now(), **values))

    async def _find(self, number: int) -> Build | None:
        query = select(kb_builds, utc_now().label("now")).where(kb_builds.c.id == number)
        row = (await self._connection.execute(query)).first()
        return _build(row) if row else None


def _build(row: Row[Any]) -> Build:
    build = Build(
        id=row.id,
        status=BuildStatus(row.status),
        strict=row.strict,
        publish=row.publish,
        done=row.done,
        total=row.total,
        release=row.release,
        error=row.error,
        problems=row.problems or [],
        ordered_at=row.ordered_at,
        finished_at=row.finished_at,
        attempt=row.attempt,
    )
    if build.status is not BuildStatus.RUNNING or row.now - row.heard_at < timedelta(seconds=SILENT_SECONDS):
        return build
    if build.attempt < MOST_ATTEMPTS:
        return replace(build, status=BuildStatus.QUEUED)
    return replace(build, status=BuildStatus.FAILED, error="The build's process died.")
