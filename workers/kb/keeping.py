"""What is known of every release that is kept."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from workers.kb.manifest import Manifest, check_sizes, read_manifest
from workers.kb.publish import current_release, kept_releases
from workers.ports import ReleaseUnusable


class KeptRelease(msgspec.Struct, frozen=True, kw_only=True):
    """A release on disk; of one that can't be read, only the problem is known."""

    release: str
    current: bool
    created_at: str = ""
    passages: int = 0
    documents: int = 0
    embedding: str = ""
    problem: str | None = None


def kept_releases_told(root: Path, elsewhere: Sequence[Manifest] = ()) -> list[KeptRelease]:
    """Return what is known of the kept releases, the newest first, and of those that only the storage has.

    Files are only looked at for their size.
    """
    try:
        current = current_release(root)
    except ReleaseUnusable:
        current = None
    here = [_told(folder, is_current=folder == current) for folder in kept_releases(root)]
    stored = [_known(manifest, is_current=False) for manifest in elsewhere]
    return sorted([*here, *stored], key=lambda one: one.release, reverse=True)


def _told(folder: Path, *, is_current: bool) -> KeptRelease:
    try:
        manifest = read_manifest(folder)
        check_sizes(folder, manifest)
    except ReleaseUnusable as error:
        return KeptRelease(release=folder.name, current=is_current, problem=str(error))
    return _known(manifest, is_current=is_current)


def _known(manifest: Manifest, *, is_current: bool) -> KeptRelease:
    return KeptRelease(
        release=manifest.release,
        current=is_current,
        created_at=manifest.created_at,
        passages=manifest.passages,
        documents=manifest.documents,
        embedding=manifest.embedding.name,
    )
