"""One desk per data directory."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.errors import PermanentError


class DirectoryInUse(PermanentError):
    """Another desk works in this data directory."""

    code = "directory_in_use"


class DirectoryUnusable(PermanentError):
    """The data directory can't be written to."""

    code = "directory_unusable"


@contextmanager
def only_desk_in(data_dir: Path) -> Iterator[None]:
    """Hold `data_dir`, which is made when it is missing; the system lets go of it however we end.

    Raises DirectoryInUse, naming the process that holds it, and DirectoryUnusable.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DirectoryUnusable(f"Nothing can be written to {data_dir}: {error.strerror}.") from error
    try:
        _lock(file, data_dir)
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(file)


def _lock(file: int, data_dir: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(file, 20, 0).decode(errors="replace") or "unknown"
        raise DirectoryInUse(
            f"Frontdesk already runs in {data_dir} (process {holder}). "
            "Stop it, or choose another directory with --data-dir.",
        ) from error
