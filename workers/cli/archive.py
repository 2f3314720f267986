"""A backup's file: a zip of one JSON line for each row, with a manifest that proves it whole."""

import hashlib
import os
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from shared.db.copying import Row, Shape
from shared.errors import PermanentError

MANIFEST: Final = "manifest.json"
OWNER_ONLY: Final = 0o600  # it holds everything that visitors have said


class BackupUnusable(PermanentError):
    """The file is not a backup, or is not what was written."""

    code = "backup_unusable"


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file holds of one table."""

    columns: Shape
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup holds, and of when."""

    format: Literal[1] = 1
    created_at: datetime
    revision: str
    """Of the tables, by the history of migrations."""
    release: str | None
    """The release of the knowledge base that answered then; its documents are not in here."""
    tables: dict[str, Content]
    """In the order in which they can be filled."""

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(content.rows for content in self.tables.values())


class Archive:
    """An archive while it is written."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped
        self._tables: dict[str, Content] = {}

    async def add(self, name: str, columns: Shape, rows: AsyncIterator[Row]) -> None:
        """Write a table."""
        digest, count, encode = hashlib.sha256(), 0, msgspec.json.encode
        with self._zip.open(_place(name), "w", force_zip64=True) as file:
            async for row in rows:
                line = encode(row) + b"\n"
                file.write(line)
                digest.update(line)
                count += 1
        self._tables[name] = Content(columns, count, digest.hexdigest())

    def seal(self, revision: str, release: str | None) -> Manifest:
        """Write the manifest, last, and return it."""
        now = datetime.now(UTC)
        manifest = Manifest(created_at=now, revision=revision, release=release, tables=self._tables)
        self._zip.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        return manifest


@contextmanager
def written(file: Path) -> Iterator[Archive]:
    """Give an archive to fill, which takes the file's place when it is whole and on the disk. Raises OSError."""
    beside = file.with_name(f"{file.name}.part")
    try:
        with (
            os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "w+b") as opened,
            zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as zipped,
        ):
            yield Archive(zipped)
            zipped.close()
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


class Backup:
    """A backup to read from; `read` gives one."""

    def __init__(self, zipped: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip, self.manifest = zipped, manifest

    def rows(self, name: str) -> Iterator[Row]:
        """Yield a table's rows."""
        decoder = msgspec.json.Decoder(list)
        with self._zip.open(_place(name)) as file:
            yield from map(decoder.decode, file)

    def check(self) -> None:
        """Read all of it, and raise BackupUnusable unless it is what was written."""
        for name, content in self.manifest.tables.items():
            digest = hashlib.sha256()
            with self._zip.open(_place(name)) as file:
                for line in file:
                    digest.update(line)
            if digest.hexdigest() != content.sha256:
                raise BackupUnusable(f"The backup can't be used: table {name} was changed after it was written.")


@contextmanager
def read(file: Path) -> Iterator[Backup]:
    """Give the backup in a file, after proving that it is whole. Raises BackupUnusable."""
    try:
        with zipfile.ZipFile(file) as zipped:
            backup = Backup(zipped, msgspec.json.decode(zipped.read(MANIFEST), type=Manifest))
            backup.check()
            yield backup
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.MsgspecError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BackupUnusable(f"{file} is not a backup that can be used: {reason}") from error


def _place(name: str) -> str:
    return f"tables/{name}.jsonl"
