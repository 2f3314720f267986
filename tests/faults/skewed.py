"""Processes whose clock is wrong, as on a machine without NTP."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.servers.binaries import program

SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - where the library puts its files, not where tests put theirs


def clock_off_by(seconds: int) -> dict[str, Any]:
    """Return the environment, as settings of a desk's part, in which the time is off by so much.

    What only ever goes forward, by which threads and event loops wait, is left alone: no machine's is off.
    """
    # The linker puts its own name for lib/ in place of $LIB.
    library = Path(program("faketime", package="faketime")).parents[1] / "$LIB/faketime/libfaketimeMT.so.1"
    return {"ld_preload": library, "faketime": f"{seconds:+d}s", "faketime_dont_fake_monotonic": 1}


@contextmanager
def nothing_left_of_the_dead() -> Iterator[None]:
    """Remove what killed processes leave in shared memory, before and after.

    A process whose clock is off keeps a file there that is named after its process id, and one that comes upon a
    file of its name ends at its start: where many processes are started, ids come back.
    """
    _remove_files_of_the_dead()
    try:
        yield
    finally:
        _remove_files_of_the_dead()


def _remove_files_of_the_dead() -> None:
    for file in SHARED_MEMORY.glob("*faketime_*_*"):
        process_id = int(file.name.rpartition("_")[2])
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            file.unlink(missing_ok=True)
