"""A cache's file: one that is broken is begun anew, since what it holds can be made again."""

import sqlite3
from pathlib import Path


def open_cache(path: Path, schema: str) -> sqlite3.Connection:
    """Open the SQLite file, with its folder and the tables of `schema` made where they are missing. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connect(path, schema)
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
        return _connect(path, schema)


def _connect(path: Path, schema: str) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    try:
        database.execute(schema)
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database
