"""Where something that a visitor wrote may be found: in a dump of the database, in Redis's files, in logs."""

import sqlite3
import subprocess

from tests.processes import Desk
from tests.servers.binaries import program
from tests.servers.server import LOOPBACK
from tests.stack import Stack


def in_database(stack: Stack) -> bytes:
    """Return everything that the database holds: MariaDB's dump, or SQLite's file with all that it forgot to clear."""
    if stack.name == "production":
        place = (f"--host={LOOPBACK}", f"--port={stack.mariadb.port}", "--user=root")
        dump = [program("mariadb-dump", package="mariadb-client-core"), "--no-defaults", *place, "--hex-blob"]
        return subprocess.run([*dump, stack.database_url.rpartition("/")[2]], check=True, capture_output=True).stdout
    file = stack.data_dir / "frontdesk.db"
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return b"".join(part.read_bytes() for part in sorted(file.parent.glob("frontdesk.db*")))


def in_redis(stack: Stack) -> bytes:
    """Return every command that has ever changed anything in Redis."""
    return b"".join(file.read_bytes() for file in sorted(stack.redis.data.rglob("*.aof")))


def in_logs(desk: Desk) -> bytes:
    """Return what every process of the desk has written."""
    return "".join(part.log for part in desk.parts).encode()
