"""Build a release of the knowledge base and publish it."""

from shared import log
from shared.jobs import BuildRelease
from workers.dependencies import Dependencies
from workers.kb import build


async def build_release(_: BuildRelease, use: Dependencies) -> None:
    """Build from the sources as they are; unchanged sources make no new release."""
    report = await build.build_release(use.settings.kb_dir, use.embeddings)
    log.get().info("kb_built", release=report.release, built=report.built, skipped=len(report.problems))
