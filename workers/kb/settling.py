"""A build from its beginning to its end: what the storage published first, then the release, then its settling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from shared.settings import Settings
from workers.kb.build import BuildReport, build_beside, nothing
from workers.kb.sharing import Releases, releases_of
from workers.kb.vector_cache import Progress
from workers.ports import Embeddings


@dataclass(frozen=True, slots=True)
class Order:
    """What kind of build is wanted."""

    strict: bool = False
    force: bool = False
    publish: bool = True


def build_and_settle(
    settings: Settings,
    embeddings: Embeddings,
    order: Order,
    *,
    on_progress: Progress = nothing,
    on_built: Callable[[BuildReport], None] = lambda _: None,
) -> BuildReport:
    """Build, then settle; `on_built` is told before settling, which may fail.

    For a process without a loop of its own. Raises what `build_beside` and `settle` raise.
    """
    releases = releases_of(settings)
    releases.catch_up()
    building = build_beside(
        settings.kb_dir, embeddings, strict=order.strict, force=order.force, on_progress=on_progress
    )
    report = asyncio.run(building)
    on_built(report)
    settle(report, releases, embeddings, publish=order.publish, kept=settings.kb_kept_releases)
    return report


def settle(report: BuildReport, releases: Releases, embeddings: Embeddings, *, publish: bool, kept: int) -> None:
    """Copy a new release into the storage, make it the current one if wanted, and keep as many as are kept.

    A storage that has no usable release is given the current one, too. Raises AnswersWorse, which leaves a new release
    to be published by hand, ReleaseUnusable and StorageUnavailable; the current release then stays.
    """
    if report.built:
        releases.upload(report.release)
        if publish:
            report.check_answers()
            releases.publish(report.release, embeddings, uploaded=True)
    elif publish and not releases.is_shared(report.release):
        releases.publish(report.release, embeddings)
    releases.drop_old(kept)
