"""The releases and builds of the knowledge base, as the workers told of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.columns import utc_now
from shared.db.models import kb_builds, kb_releases
from shared.vocabulary import BuildStatus

SILENT_SECONDS: Final = 120.0  # a running build that tells nothing for so long has died

WAITING_OR_ALIVE: Final = (
    select(kb_builds.c.id, kb_builds.c.status)
    .where(
        or_(
            kb_builds.c.status == BuildStatus.QUEUED,
            (kb_builds.c.status == BuildStatus.RUNNING) & (kb_builds.c.heard_at > utc_now(-SILENT_SECONDS)),
        )
    )
    .order_by(kb_builds.c.id)
)


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
        """Replace what is known by what there is now."""
        await self._connection.execute(delete(kb_releases))
        if releases:
            await self._connection.execute(insert(kb_releases), [asdict(release) for release in releases])

    async def spoil(self, release: str, problem: str) -> None:
        """Note why a release could not be published."""
        await self._connection.execute(
            update(kb_releases).where(kb_releases.c.release == release).values(problem=problem)
        )

    async def order(self, *, strict: bool, publish: bool) -> int:
        """Note that a build is wanted, and return its number."""
        now = utc_now()
        row = {"status": BuildStatus.QUEUED.value, "strict": strict, "publish": publish, "problems": []}
        made = await self._connection.execute(insert(kb_builds).values(ordered_at=now, heard_at=now, **row))
        (number,) = made.inserted_primary_key or (0,)
        return int(number)

    async def due_build(self) -> int | None:
        """Return the build to take up, the one that was ordered first; None when none waits or another one runs."""
        rows = (await self._connection.execute(WAITING_OR_ALIVE)).all()
        return rows[0].id if rows and all(row.status == BuildStatus.QUEUED for row in rows) else None

    async def begin(self, number: int) -> Build | None:
        """Take a queued build up; None when there is none, or it was taken up before."""
        taken = await self._change(number, BuildStatus.QUEUED, status=BuildStatus.RUNNING.value)
        return await self._find(number) if taken else None

    async def progress(self, number: int, done: int, total: int) -> None:
        """Note that the build lives, and how far it is."""
        await self._change(number, BuildStatus.RUNNING, done=done, total=total)

    async def finish(self, number: int, release: str | None, problems: Sequence[str], error: str | None) -> None:
        """Note how the build ended."""
        status = BuildStatus.FAILED if error else BuildStatus.DONE
        ended = {"release": release, "problems": list(problems), "error": error, "finished_at": utc_now()}
        await self._change(number, BuildStatus.RUNNING, status=status.value, **ended)

    async def last_build(self) -> Build | None:
        """Return the newest build; one that runs and has been silent for too long counts as failed."""
        newest = select(kb_builds.c.id).order_by(kb_builds.c.id.desc()).limit(1)
        number = (await self._connection.execute(newest)).scalar()
        return await self._find(number) if number else None

    async def _change(self, number: int, was: BuildStatus, **values: Any) -> bool:
        mine = update(kb_builds).where(kb_builds.c.id == number, kb_builds.c.status == was.value)
        return (await self._connection.execute(mine.values(heard_at=utc_now(), **values))).rowcount > 0

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
    )
    if build.status is BuildStatus.RUNNING and row.now - row.heard_at > timedelta(seconds=SILENT_SECONDS):
        lost = {name: getattr(build, name) for name in Build.__dataclass_fields__}
        return Build(**lost | {"status": BuildStatus.FAILED, "error": "The build's process died."})
    return build
