"""Tells by its exit code whether this container's worker lives: `python -m workers.alive`, a health check.

A worker touches the file that FRONTDESK_ALIVE_FILE names every few seconds, from the loop that does all its work.
"""

import os
import sys
import time
from pathlib import Path
from typing import Final

ALIVE_FILE: Final = "FRONTDESK_ALIVE_FILE"
TOUCH_SECONDS: Final = 5.0
DEAD_SECONDS: Final = 30.0


def lives(file: Path, now: float) -> bool:
    """Tell whether a worker touched its file lately; `now` is a Unix time."""
    try:
        return now - file.stat().st_mtime < DEAD_SECONDS
    except OSError:
        return False


def main() -> int:
    """Return 0 for a worker that lives."""
    file = os.environ.get(ALIVE_FILE)
    return 0 if file and lives(Path(file), time.time()) else 1


if __name__ == "__main__":
    sys.exit(main())
