"""Shared storage: what releases ask of an object store or a shared volume, through fsspec."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from shared.errors import SettingsInvalid, TransientError

CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 10
TRIES: Final = 2  # s3fs takes five, each as long as the above, before it says that a store is away
S3: Final[dict[str, Any]] = {
    "use_listings_cache": False,  # what another machine has stored is to be seen
    "config_kwargs": {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "retries": {"total_max_attempts": 1},
    },
}
OPTIONS: Final[dict[str, dict[str, Any]]] = {"file": {"auto_mkdir": True}, "s3": S3, "s3a": S3}
# What clients raise besides OSError; those that are loaded are the ones in use.
FAULTS: Final = (
    ("aiohttp", "ClientError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
)
SECRETS: Final = re.compile(r"(?<=://)[^/@]*@|\?.*")
FOLDERS: Final = ("file://", "local://")
EXTRAS: Final = {"s3": "s3", "s3a": "s3"}


class StorageUnavailable(TransientError):
    """The storage can't be reached, or refuses us."""

    code = "kb_storage_unavailable"


class Storage:
    """Objects below a URL; any number of threads may use it at once. Every method raises StorageUnavailable.

    An object is there in full or not at all: whoever reads it while it is written gets the one before.
    """

    def __init__(self, url: str) -> None:
        """Raise SettingsInvalid for a URL that nothing installed here understands; nothing is connected yet."""
        self.name: str = SECRETS.sub("", url).rstrip("/")
        """The URL without what is secret in it."""
        self._url = url
        self._files, path = _opened(url, self.name)
        self._root: str = path.rstrip("/")
        self._is_folder = url.startswith(FOLDERS)
        self._is_closed = False
        known = (getattr(sys.modules[module], error) for module, error in FAULTS if module in sys.modules)
        self._faults = (OSError, NotImplementedError, *known)

    def read(self, name: str) -> bytes | None:
        """Return what is in an object, None when there is no such object."""
        with self._told():
            try:
                content: bytes = self._files.cat_file(self._at(name))
            except FileNotFoundError:
                return None
            return content

    def write(self, name: str, content: bytes) -> None:
        """Put an object in its place, or give it a new content."""
        with self._told(), self._placed(name) as place:
            self._files.pipe_file(place, content)

    def fetch(self, name: str, file: Path) -> bool:
        """Copy an object into a file; False when there is no such object."""
        with self._told():
            try:
                self._files.get_file(self._at(name), str(file))
            except FileNotFoundError:
                return False
            return True

    def send(self, file: Path, name: str) -> None:
        """Copy a file into an object."""
        with self._told(), self._placed(name) as place:
            self._files.put_file(str(file), place)

    def names(self, below: str) -> list[str]:
        """Return the names of all objects below a folder, counted from that folder."""
        folder = f"{self._at(below)}/"
        with self._told():
            return [path.removeprefix(folder) for path in sorted(self._files.find(folder))]

    def remove(self, below: str, first: str) -> None:
        """Remove all objects below a folder, that one before the others."""
        with self._told(), suppress(FileNotFoundError):
            with suppress(FileNotFoundError):
                self._files.rm_file(self._at(f"{below}/{first}"))
            self._files.rm(self._at(below), recursive=True)

    def close(self) -> None:
        """Raise StorageUnavailable from now on, which ends what goes from object to object."""
        self._is_closed = True

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _placed(self, name: str) -> Iterator[str]:
        """Give a path to write to: stores replace objects in one step, a folder does so by renaming."""
        if not self._is_folder:
            yield self._at(name)
            return
        folder, _, file = self._at(name).rpartition("/")
        beside = f"{folder}/.{file}.new"
        self._files.makedirs(folder, exist_ok=True)
        yield beside
        self._files.mv(beside, f"{folder}/{file}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        if self._is_closed:
            raise StorageUnavailable(f"The storage {self.name} is no longer asked: this process ends.")
        try:
            yield
        except self._faults as error:
            reason = str(error).replace(self._url, self.name) or type(error).__name__
            raise StorageUnavailable(f"The storage {self.name} can't be used: {reason}") from error


def _opened(url: str, name: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs  # noqa: PLC0415  (most desks have no storage)

    protocol = url.partition("://")[0]
    try:
        files, path = url_to_fs(url, **OPTIONS.get(protocol, {}))
    except ImportError as error:
        how = f"install Frontdesk with its extra `{EXTRAS[protocol]}`" if protocol in EXTRAS else str(error)
        raise SettingsInvalid(
            f"KB_STORAGE: {protocol}:// needs a package that is not installed here: {how}."
        ) from error
    except ValueError as error:
        raise SettingsInvalid(f"KB_STORAGE: {name} can't be used: {error}") from error
    if protocol in EXTRAS:
        files.retries = TRIES
    return files, str(path)
