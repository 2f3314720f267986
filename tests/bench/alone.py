"""Keeps two runs from measuring each other, and gives each an empty folder."""

import fcntl
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.children import ROOT

FOLDER = ROOT / ".frontdesk" / "bench"


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def alone() -> Iterator[Path]:
    """Give an empty folder once no other run measures here: two at once would measure each other."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is measuring; waiting for it to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(FOLDER / "run", ignore_errors=True)
        (FOLDER / "run").mkdir()
        yield FOLDER / "run"
