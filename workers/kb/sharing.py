"""Releases in a local folder and, where there is one, in a storage that other machines read them from.

The folder is what is loaded. The storage holds `releases/ID/…` in the same shape, with the manifest written last, and
`current`: a line for the current release and one for each that rolling back goes through.
"""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from shared.settings import Settings
from workers.kb.disk import sync, sync_tree
from workers.kb.manifest import (
    MANIFEST,
    Manifest,
    check_contents,
    check_sizes,
    parsed_manifest,
    read_manifest,
    unusable,
)
from workers.kb.publish import (
    POINTER,
    RELEASE_ID,
    RELEASES,
    Move,
    NothingToRollBackTo,
    ReleaseUnknown,
    check_release,
    current_release,
    drop_old_releases,
    kept_releases,
    point_to,
    publish_checked,
    publishing_in,
    roll_back,
)
from workers.kb.storage import Storage
from workers.ports import Embeddings, ReleaseUnusable

FETCHED: Final = ".fetched"
REMEMBERED: Final = 50  # releases that rolling back may go through


@dataclass(frozen=True, slots=True)
class Releases:
    """The releases of one knowledge base.

    What reaches for the storage raises StorageUnavailable. Machines move its pointer one at a time only as far as their
    operators do: of two that publish within the same second, the later one stays.
    """

    root: Path
    storage: Storage | None = None

    def published(self) -> list[str]:
        """Return what the storage has published: the current release, then those before it. Raises ReleaseUnusable."""
        content = self.storage.read(POINTER) if self.storage else None
        if content is None:
            return []
        releases = content.decode("ascii", errors="replace").split()
        if not releases or not all(map(RELEASE_ID.fullmatch, releases)):
            raise ReleaseUnusable(f"{self._stored_as(POINTER)} does not name a release. Run `frontdesk kb publish`.")
        return releases

    def is_shared(self, release: str) -> bool:
        """Whether a release is the current one in the storage, if there is one."""
        return self.storage is None or self._published_or_nothing()[:1] == [release]

    def catch_up(self) -> None:
        """Follow, before a build; what is broken in the storage is for the build to mend."""
        with suppress(ReleaseUnusable, ReleaseUnknown):
            self.follow()

    def follow(self) -> str | None:
        """Make the storage's current release the one here, fetching it if need be, and return its id.

        None without a storage, or while it has none. Raises ReleaseUnusable; the current release then stays.
        """
        if self.storage is None:
            return None
        with publishing_in(self.root):  # read again in here: whoever held the lock may have moved it
            published = self.published()
            if not published:
                return None
            if not _is_whole(self.root / RELEASES / published[0]):
                self._fetch(published[0])
            if self.current() != published[0]:
                point_to(self.root, published[0], Move.PUBLISH)
            return published[0]

    def current(self) -> str | None:
        """Return the id of the release that is current here, None without a usable pointer."""
        try:
            folder = current_release(self.root)
        except ReleaseUnusable:
            return None
        return folder.name if folder else None

    def upload(self, release: str) -> None:
        """Copy a release into the storage, if there is one. Raises ReleaseUnusable."""
        if self.storage is None:
            return
        folder = self.root / RELEASES / release
        for name in (*read_manifest(folder).files, MANIFEST):  # with its manifest it is there
            self.storage.send(folder / name, f"{RELEASES}/{release}/{name}")

    def publish(self, release: str, embeddings: Embeddings, *, uploaded: bool = False) -> None:
        """Do as `publish_checked` does, here and in the storage, with a release that is in either of them.

        One that is here is copied again, which mends a broken copy, unless it was `uploaded` just now.
        """
        if self.storage is None:
            publish_checked(self.root, release, embeddings)
            return
        with publishing_in(self.root):
            if (self.root / RELEASES / release / MANIFEST).exists():
                check_release(self.root, release, embeddings)
                if not uploaded:
                    self.upload(release)
            else:
                self._fetch(release)
                check_release(self.root, release, embeddings)
            self._point_to([release, *(one for one in self._published_or_nothing() if one != release)])
            point_to(self.root, release, Move.PUBLISH)

    def roll_back(self, embeddings: Embeddings) -> str:
        """Do as the local `roll_back` does, here and in the storage."""
        if self.storage is None:
            return roll_back(self.root, embeddings)
        with publishing_in(self.root):
            stored = self._stored()
            published = self.published()
            earlier = [release for release in published[1:] if MANIFEST in stored.get(release, ())]
            if not earlier:
                raise NothingToRollBackTo
            if not _is_whole(self.root / RELEASES / earlier[0]):
                self._fetch(earlier[0])
            check_release(self.root, earlier[0], embeddings)
            self._point_to(earlier)
            point_to(self.root, earlier[0], Move.ROLLBACK)
            return earlier[0]

    def drop_old(self, kept: int) -> None:
        """Do as `drop_old_releases` does, here and in the storage."""
        drop_old_releases(self.root, kept)
        if self.storage is None:
            return
        stored, needed = self._stored(), self.published()[:2]
        whole = sorted(release for release, names in stored.items() if MANIFEST in names)
        if len(whole) <= kept:
            return
        for release in stored:  # those without a manifest, too, which an upload left behind
            if release < whole[-kept] and release not in needed:
                self.storage.remove(f"{RELEASES}/{release}", MANIFEST)

    def elsewhere(self) -> list[Manifest]:
        """Return the manifests of the releases that only the storage has."""
        if self.storage is None:
            return []
        here = {folder.name for folder in kept_releases(self.root)}
        found = []
        for release in sorted(self._stored().keys() - here):
            content = self.storage.read(f"{RELEASES}/{release}/{MANIFEST}")
            if content is not None:
                found.append(parsed_manifest(self.root / RELEASES / release, content))
        return found

    def _published_or_nothing(self) -> list[str]:
        """Return what was published, nothing for a pointer that is broken: a new one mends it."""
        try:
            return self.published()
        except ReleaseUnusable:
            return []

    def _point_to(self, releases: Sequence[str]) -> None:
        assert self.storage is not None, "there is a storage"  # noqa: S101
        self.storage.write(POINTER, "".join(f"{release}\n" for release in releases[:REMEMBERED]).encode())

    def _stored(self) -> dict[str, set[str]]:
        """Return the names of the files that the storage has of each release, whole or not."""
        stored = dict[str, set[str]]()
        for path in self.storage.names(RELEASES) if self.storage else ():
            release, _, name = path.partition("/")
            if RELEASE_ID.fullmatch(release):
                stored.setdefault(release, set()).add(name)
        return stored

    def _fetch(self, release: str) -> None:
        """Copy a release from the storage and give it its place once every file is proven to be what was written."""
        if not RELEASE_ID.fullmatch(release):
            raise ReleaseUnknown(f"There is no release {release}; `frontdesk kb status` names those that are kept.")
        beside = self.root / RELEASES / FETCHED
        shutil.rmtree(beside, ignore_errors=True)  # what a process that was killed left behind
        try:
            (beside / release).mkdir(parents=True)
            self._copy(release, beside / release)
            place = self.root / RELEASES / release
            shutil.rmtree(place, ignore_errors=True)  # a broken one; who has it mapped keeps it
            (beside / release).rename(place)
            sync(place.parent)
        except OSError as error:
            raise ReleaseUnusable(f"{error.filename or beside} can't be written: {error.strerror or error}.") from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def _copy(self, release: str, folder: Path) -> None:
        assert self.storage is not None, "there is a storage"  # noqa: S101
        if not self.storage.fetch(f"{RELEASES}/{release}/{MANIFEST}", folder / MANIFEST):
            raise ReleaseUnknown(f"There is no release {release}, neither here nor in {self.storage.name}.")
        try:
            manifest = read_manifest(folder)
            for name in manifest.files:
                self._copy_file(folder, name)
            check_contents(folder, manifest)
        except ReleaseUnusable as error:
            again = f"Or publish it again from where it is whole: `frontdesk kb publish {release}`."
            raise ReleaseUnusable(f"What {self.storage.name} holds is broken. {error} {again}") from error
        sync_tree(folder)

    def _copy_file(self, folder: Path, name: str) -> None:
        assert self.storage is not None, "there is a storage"  # noqa: S101
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise unusable(folder, name, "lies outside of it")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if not self.storage.fetch(f"{RELEASES}/{folder.name}/{name}", folder / path):
            raise unusable(folder, name, "is missing")

    def _stored_as(self, name: str) -> str:
        return f"{self.storage.name}/{name}" if self.storage else name


def releases_of(settings: Settings) -> Releases:
    """Return the releases that the settings tell of; nothing is connected yet. Raises SettingsInvalid."""
    url = settings.kb_storage.get_secret_value()
    return Releases(settings.release_dir, Storage(url) if url else None)


def _is_whole(folder: Path) -> bool:
    """Whether every file is there in full: the cheap look."""
    try:
        check_sizes(folder, read_manifest(folder))
    except ReleaseUnusable:
        return False
    return True
