"""The building process that a worker starts: it says how far it is, and what came of it, on standard output."""

import os
import sys

import msgspec

from shared.errors import FrontdeskError
from shared.settings import load_settings
from workers.adapters.embeddings import embeddings_for
from workers.kb.build_process import Said
from workers.kb.settling import Order, build_and_settle

NICENESS = 10  # answers come first


def build(*, strict: bool, publish: bool) -> Said:
    """Build, publish if wanted, and return what to say at the end."""
    settings = load_settings()
    embeddings = embeddings_for(settings)
    try:
        report = build_and_settle(settings, embeddings, Order(strict, publish=publish), on_progress=_say_progress)
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
