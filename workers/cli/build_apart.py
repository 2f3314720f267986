"""The building process that a worker starts: it says how far it is, and what came of it, on standard output."""

import asyncio
import os
import sys

import msgspec

from shared.errors import FrontdeskError
from shared.settings import load_settings
from workers.adapters.embeddings import embeddings_for
from workers.kb.build import build_beside
from workers.kb.build_process import Said
from workers.kb.settling import settle
from workers.kb.sharing import releases_of

NICENESS = 10  # answers come first


def build(*, strict: bool, publish: bool) -> Said:
    """Build, publish if wanted, and return what to say at the end."""
    settings = load_settings()
    embeddings = embeddings_for(settings)
    try:
        releases = releases_of(settings)
        releases.catch_up()
        report = asyncio.run(build_beside(settings.kb_dir, embeddings, strict=strict, on_progress=_say_progress))
        settle(report, releases, embeddings, publish=publish, kept=settings.kb_kept_releases)
    except FrontdeskError as error:
        return Said(error=str(error))
    return Said(
        done=report.passages, total=report.passages, release=report.release, problems=[*map(str, report.problems)]
    )


def _say_progress(done: int, total: int) -> None:
    _say(Said(done=done, total=total))


def _say(said: Said) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.nice(NICENESS)
    _say(build(strict="--strict" in sys.argv, publish="--publish" in sys.argv))
