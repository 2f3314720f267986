"""Which release is current: a pointer that moves in one step, and one builder at a time."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from shared.errors import TransientError
from workers.kb.disk import replace_text, sync
from workers.ports import ReleaseUnusable

POINTER: Final = "current"
RELEASES: Final = "releases"
UNFINISHED: Final = ".building"
LOCK: Final = "build.lock"
KEPT_RELEASES: Final = 3
RELEASE_ID: Final = re.compile(r"\d{8}-\d{9}-[0-9a-f]{12}")

PointerState = tuple[int, int, int]


class BuildRunning(TransientError):
    """Another build of this knowledge base is running."""

    code = "kb_build_running"


def current_release(root: Path) -> Path | None:
    """Return the folder of the release that the pointer names, None without a pointer. Raises ReleaseUnusable."""
    try:
        name = (root / POINTER).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReleaseUnusable(f"{root / POINTER} can't be read ({error.strerror}).") from error
    release = name.decode("ascii", errors="replace").strip()
    if not RELEASE_ID.fullmatch(release):
        raise ReleaseUnusable(f"{root / POINTER} does not name a release. Run `frontdesk kb build`.")
    return root / RELEASES / release


def pointer_state(root: Path) -> PointerState | None:
    """Return something that differs after each publishing, None while there is no pointer: the cost of one stat."""
    try:
        found = (root / POINTER).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def open_unfinished(root: Path) -> Path:
    """Return an empty folder to write a release into, beside the finished ones. Raises OSError."""
    folder = root / RELEASES / UNFINISHED
    shutil.rmtree(folder, ignore_errors=True)  # what a build that was killed left behind
    folder.mkdir(parents=True)
    return folder


def finish(unfinished: Path, release: str) -> None:
    """Give the folder the release's name. Raises OSError."""
    unfinished.rename(unfinished.with_name(release))
    sync(unfinished.parent)


def publish(root: Path, release: str) -> None:
    """Make a finished release the current one. Raises OSError."""
    replace_text(root / POINTER, f"{release}\n")


def drop_old_releases(root: Path) -> None:
    """Remove all but the newest releases and the current one; processes that still have one mapped keep it."""
    current = current_release(root)
    releases = sorted(path for path in (root / RELEASES).iterdir() if RELEASE_ID.fullmatch(path.name))
    for old in releases[:-KEPT_RELEASES]:
        if old != current:
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def only_build_in(root: Path) -> Iterator[None]:
    """Hold the right to build, which the system takes back however we end. Raises BuildRunning and OSError."""
    root.mkdir(parents=True, exist_ok=True)
    file = os.open(root / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(file, 20, 0).decode(errors="replace") or "unknown"
            raise BuildRunning(f"Another build of {root.parent} is running (process {holder}). Wait for it.") from error
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(file)
