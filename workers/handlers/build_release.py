"""Build a release of the knowledge base, in a process of its own, while operators watch."""

from time import monotonic

from shared import log
from shared.jobs import BuildRelease
from workers import metrics
from workers.dependencies import Dependencies
from workers.handlers.publish_release import tell_releases
from workers.kb.build_process import built_apart


async def build_release(_: BuildRelease, use: Dependencies) -> None:
    """Build from the sources as they are, if a build waits; unchanged sources make no new release."""
    due = await use.database.read(lambda uow: uow.knowledge.due_build())
    build = await use.database.write(lambda uow: uow.knowledge.begin(due)) if due else None
    if build is None:
        return

    async def on_progress(done: int, total: int) -> None:
        await use.database.write(lambda uow: uow.knowledge.progress(build, done, total))

    began_at = monotonic()
    told = await built_apart(use.settings.kb_dir, build.strict, build.publish, on_progress)
    metrics.BUILD_SECONDS.labels("failed" if told.failed else "done").observe(monotonic() - began_at)
    await tell_releases(use)
    await use.database.write(lambda uow: uow.knowledge.finish(build, told.release, told.problems, told.error))
    log.get().info("kb_built", build_id=build.id, release=told.release, skipped=len(told.problems), failed=told.failed)
