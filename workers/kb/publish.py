"""Which release is current: a pointer that moves in one step, with one builder and one publisher at a time."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from shared.errors import PermanentError, TransientError
from workers.kb.disk import replace_text, sync
from workers.kb.manifest import check_contents, check_embedding, read_manifest
from workers.ports import Embeddings, ReleaseUnusable

POINTER: Final = "current"
HISTORY: Final = "published"
RELEASES: Final = "releases"
UNFINISHED: Final = ".building"
LOCK: Final = "build.lock"
PUBLISH_LOCK: Final = "publish.lock"
KEPT_RELEASES: Final = 5
RELEASE_ID: Final = re.compile(r"\d{8}-\d{9}-[0-9a-f]{12}")

PointerState = tuple[int, int, int]


class Move(StrEnum):
    """How the pointer came to name a release."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"


class ReleaseUnknown(PermanentError):
    """There is no such release; `frontdesk kb status` names those that are kept."""

    code = "release_unknown"


class NothingToRollBackTo(PermanentError):
    """No kept release was published before the current one."""

    code = "nothing_to_roll_back_to"


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


def no_release_in(root: Path) -> ReleaseUnusable:
    """Return what is raised where a release is needed and none was built."""
    return ReleaseUnusable(f"There is no release in {root} yet. Run `frontdesk kb build`.")


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
    with publishing_in(root):
        point_to(root, release, Move.PUBLISH)


def publish_checked(root: Path, release: str, embeddings: Embeddings) -> None:
    """Make a kept release the current one after proving that it is whole and made with these embeddings.

    Raises ReleaseUnknown, ReleaseUnusable, which names the broken file, and OSError; the current release then stays.
    """
    with publishing_in(root):
        check_release(root, release, embeddings)
        point_to(root, release, Move.PUBLISH)


def roll_back(root: Path, embeddings: Embeddings) -> str:
    """Make the release current that was published before the current one, and return its id.

    Raises NothingToRollBackTo, ReleaseUnusable and OSError; the current release then stays.
    """
    with publishing_in(root):
        published = published_releases(root)
        if len(published) < 2:  # noqa: PLR2004  (the current one, and one before it)
            raise NothingToRollBackTo
        check_release(root, published[-2], embeddings)
        point_to(root, published[-2], Move.ROLLBACK)
        return published[-2]


def kept_releases(root: Path) -> list[Path]:
    """Return the folders of the finished releases, the oldest first."""
    try:
        return sorted(path for path in (root / RELEASES).iterdir() if RELEASE_ID.fullmatch(path.name))
    except FileNotFoundError:
        return []


def published_releases(root: Path) -> list[str]:
    """Return the ids of the releases that rolling back goes through; the last is the current one.

    Only those that are still kept are named. Raises ReleaseUnusable for a pointer that names nothing.
    """
    pointed = current_release(root)
    if pointed is None:
        return []
    kept = {path.name for path in kept_releases(root)}
    published = [release for release in _moves(root) if release in kept and release != pointed.name]
    return [*published, pointed.name]


def drop_old_releases(root: Path, kept: int = KEPT_RELEASES) -> None:
    """Remove all but the newest `kept` releases, the current one and the one that a rollback would go to.

    Processes that still have one mapped keep it. Raises ReleaseUnusable for a pointer that names nothing.
    """
    with publishing_in(root):
        needed = published_releases(root)[-2:]
        for old in kept_releases(root)[:-kept]:
            if old.name not in needed:
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


@contextmanager
def publishing_in(root: Path) -> Iterator[None]:
    """Hold the right to move the pointer; whoever else wants it waits for a moment."""
    root.mkdir(parents=True, exist_ok=True)
    file = os.open(root / PUBLISH_LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def check_release(root: Path, release: str, embeddings: Embeddings) -> None:
    """Prove that a kept release is whole and made with these embeddings.

    Raises ReleaseUnknown, and ReleaseUnusable, which names the broken file.
    """
    folder = root / RELEASES / release
    if not RELEASE_ID.fullmatch(release) or not folder.is_dir():
        raise ReleaseUnknown(f"There is no release {release}; `frontdesk kb status` names those that are kept.")
    manifest = read_manifest(folder)
    check_embedding(manifest, embeddings)
    check_contents(folder, manifest)


def point_to(root: Path, release: str, move: Move) -> None:
    """Note the move, then make it: of a move that was noted only, `published_releases` makes nothing.

    For whoever holds the right to; raises OSError.
    """
    before = None if (root / HISTORY).exists() else _pointed_to(root)
    with (root / HISTORY).open("a", encoding="ascii") as file:
        if before:
            file.write(_line(before.name, Move.PUBLISH))
        file.write(_line(release, move))
        file.flush()
        os.fsync(file.fileno())
    replace_text(root / POINTER, f"{release}\n")


def _pointed_to(root: Path) -> Path | None:
    with suppress(ReleaseUnusable):
        return current_release(root)
    return None


def _line(release: str, move: Move) -> str:
    return f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {move} {release}\n"


def _moves(root: Path) -> list[str]:
    """Return what was published and not rolled back since, each once, in the order of its last publishing."""
    try:
        lines = (root / HISTORY).read_text("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    published: list[str] = []
    for line in lines:
        _, move, release = (*line.split(), "", "", "")[:3]
        if move == Move.ROLLBACK and release in published:
            del published[published.index(release) + 1 :]
        elif move:
            published = [one for one in published if one != release] + [release]
    return published
