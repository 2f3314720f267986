"""Make a kept release the current one."""

import asyncio

from shared import log
from shared.db.knowledge import KnownRelease
from shared.jobs import PublishRelease
from workers.dependencies import Dependencies
from workers.kb.keeping import KeptRelease, kept_releases_told
from workers.kb.publish import ReleaseUnknown
from workers.kb.sharing import Releases, releases_of
from workers.kb.storage import StorageUnavailable
from workers.ports import ReleaseUnusable


async def publish_release(job: PublishRelease, use: Dependencies) -> None:
    """Prove that the release is whole, then move the pointer; why it could not be done is told to operators."""
    try:
        await asyncio.to_thread(releases_of(use.settings).publish, job.release, use.embeddings)
    except (ReleaseUnknown, ReleaseUnusable) as error:
        problem = str(error)
        log.get().error("kb_release_unusable", release=job.release, reason=problem)
        await use.database.write(lambda uow: uow.knowledge.spoil(job.release, problem))
        return
    except StorageUnavailable as error:
        failure = str(error)
        log.get().error("kb_release_not_published", release=job.release, reason=failure)
        await use.database.write(lambda uow: uow.knowledge.publishing_failed(job.release, failure))
        return
    log.get().info("kb_release_published", release=job.release)
    await tell_releases(use)


async def tell_releases(use: Dependencies) -> None:
    """Tell operators which releases there are now. Raises DatabaseUnavailable."""
    kept = await asyncio.to_thread(_kept, releases_of(use.settings))
    await use.database.write(lambda uow: uow.knowledge.tell_releases([_known(one) for one in kept]))


def _kept(releases: Releases) -> list[KeptRelease]:
    try:
        elsewhere = releases.elsewhere()
    except (StorageUnavailable, ReleaseUnusable) as error:  # then those that are here
        log.get().warning("kb_storage_unavailable", reason=str(error))
        elsewhere = []
    return kept_releases_told(releases.root, elsewhere)


def _known(kept: KeptRelease) -> KnownRelease:
    return KnownRelease(
        release=kept.release,
        is_current=kept.current,
        built_at=kept.created_at,
        passages=kept.passages,
        documents=kept.documents,
        embedding=kept.embedding,
        problem=kept.problem,
    )
