"""Readings kept by what was read, so that an unchanged document is never parsed twice."""

from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from workers.kb.cache_file import open_cache
from workers.kb.readers.reading import Reading

READERS: Final = 1  # raised whenever a reader changes what it makes of a document
KEPT_DAYS: Final = 90

SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS readings (key TEXT PRIMARY KEY, reading BLOB NOT NULL, used_on TEXT NOT NULL)"
)
REMEMBER: Final = "INSERT OR REPLACE INTO readings VALUES (?, ?, date('now'))"
USE: Final = "UPDATE readings SET used_on = date('now') WHERE key = ? RETURNING reading"
FORGET: Final = f"DELETE FROM readings WHERE used_on < date('now', '-{KEPT_DAYS} days')"  # noqa: S608 - our own number


class ReadingCache:
    """A file of readings; one that is broken is begun anew, since it can be made again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, suffix: str, sha256: str) -> Reading | None:
        """Return what a document of this kind and these bytes was read as. Raises OSError."""
        with closing(open_cache(self._path, SCHEMA)) as database, database:
            row = database.execute(USE, (_key(suffix, sha256),)).fetchone()
        return msgspec.json.decode(row[0], type=Reading) if row else None

    def remember(self, suffix: str, sha256: str, reading: Reading) -> None:
        """Keep a reading. Raises OSError."""
        with closing(open_cache(self._path, SCHEMA)) as database, database:
            database.execute(REMEMBER, (_key(suffix, sha256), msgspec.json.encode(reading)))
            database.execute(FORGET)


def _key(suffix: str, sha256: str) -> str:
    return f"{READERS}:{suffix}:{sha256}"
