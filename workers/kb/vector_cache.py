"""Vectors kept by what was embedded, so that unchanged text is never embedded twice."""

import asyncio
import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import numpy as np

from workers.kb.cache_file import open_cache
from workers.ports import Embeddings, Vectors

BATCH: Final = 256  # texts between two looks at the progress; what is embedded so far survives a stop
KEPT_DAYS: Final = 90
KEYS_AT_ONCE: Final = 500  # below SQLite's smallest limit on parameters

SCHEMA: Final = "CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL, used_on TEXT NOT NULL)"
REMEMBER: Final = "INSERT OR REPLACE INTO vectors VALUES (?, ?, date('now'))"
FORGET: Final = f"DELETE FROM vectors WHERE used_on < date('now', '-{KEPT_DAYS} days')"  # noqa: S608 - our own number

Progress = Callable[[int, int], None]


class VectorCache:
    """A file of vectors in front of some embeddings; one that is broken is begun anew, since it can be made again."""

    def __init__(self, path: Path, embeddings: Embeddings) -> None:
        self._path = path
        self._embeddings = embeddings
        self.embedded = 0
        """How many texts had to be embedded."""

    async def embed(self, texts: Sequence[str], on_progress: Progress) -> Vectors:
        """Return float32 unit vectors of shape (len(texts), dimension), calling the embeddings for new texts only.

        Raises what the embeddings raise, and OSError.
        """
        keys = [self._key(text) for text in texts]
        known = await asyncio.to_thread(self._recall, keys)
        unknown = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        todo = list(unknown.items())
        for start in range(0, len(todo), BATCH):
            on_progress(len(texts) - len(todo) + start, len(texts))
            batch = todo[start : start + BATCH]
            vectors = await self._embeddings.embed([text for _, text in batch])
            fresh = {key: vector.tobytes() for (key, _), vector in zip(batch, vectors, strict=True)}
            await asyncio.to_thread(self._remember, fresh)
            known |= fresh
            self.embedded += len(batch)
        on_progress(len(texts), len(texts))
        return np.frombuffer(b"".join(known[key] for key in keys), dtype=np.float32).reshape(len(texts), -1)

    def _key(self, text: str) -> str:
        made_with = f"{self._embeddings.name}\0{self._embeddings.dimension}\0{text}"
        return hashlib.sha256(made_with.encode()).hexdigest()

    def _recall(self, keys: Sequence[str]) -> dict[str, bytes]:
        with closing(open_cache(self._path, SCHEMA)) as database, database:
            found = dict(_rows_of(database, list(dict.fromkeys(keys))))
            database.executemany("UPDATE vectors SET used_on = date('now') WHERE key = ?", ((key,) for key in found))
            database.execute(FORGET)
        size = self._embeddings.dimension * np.dtype(np.float32).itemsize
        return {key: vector for key, vector in found.items() if len(vector) == size}

    def _remember(self, vectors: Mapping[str, bytes]) -> None:
        with closing(open_cache(self._path, SCHEMA)) as database, database:
            database.executemany(REMEMBER, vectors.items())


def _rows_of(database: sqlite3.Connection, keys: Sequence[str]) -> Iterable[tuple[str, bytes]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        marks = ",".join("?" * len(some))
        yield from database.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some)  # noqa: S608 - marks only
