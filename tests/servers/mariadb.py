"""MariaDB with a new migrated database for whoever asks, in milliseconds."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, Final

import pymysql  # type: ignore[import-untyped]

from shared.db import migrations
from tests.own_loop import run_apart
from tests.servers.binaries import program
from tests.servers.server import LOOPBACK, Server, free_port

PACKAGE: Final = "mariadb-server-core"
MODEL: Final = "migrated"  # the database whose tables the new ones copy
OPTIONS: Final = (
    "--no-defaults",
    f"--bind-address={LOOPBACK}",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=2",  # a kill loses no commit; nobody waits for the disk
    "--innodb-buffer-pool-size=64M",
    "--innodb-fast-shutdown=2",
    "--max-connections=500",
)
AS_ROOT: Final = ("--user=root",) if os.geteuid() == 0 else ()  # it refuses root unless told


class MariaDB(Server):
    """MariaDB on a TCP port; `options` are added to its command line."""

    its_options: tuple[str, ...] = ("--innodb-log-file-size=16M",)

    def __init__(self, *options: str) -> None:
        self.port = free_port()
        self._program = self.find()
        self._options = options
        self._numbers = count(1)
        self._tables: list[str] = []
        self._aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mariadb")
        self._next: Future[str] | None = None
        super().__init__("mariadb")

    def find(self) -> str:
        """Return the path of the server's program."""
        return program("mariadbd", package=PACKAGE)

    @property
    def url(self) -> str:
        """Where clients find the server; a database's name is still to be added."""
        return f"mysql+aiomysql://root@{LOOPBACK}:{self.port}"

    def command(self) -> list[str | Path]:
        """Return what starts it."""
        places = (f"--datadir={self.data}", self.temporary, f"--socket={self.folder}/sock", f"--port={self.port}")
        return [self._program, *OPTIONS, *self.its_options, *places, *AS_ROOT, *self._options]

    @property
    def temporary(self) -> str:
        """Where it keeps temporary files: each start removes all that it finds there, other servers' too."""
        return f"--tmpdir={self.folder}"

    def prepare(self) -> None:
        """Create the system tables once, and copy them from then on."""
        installed = self.folder / "installed"
        if not installed.exists():
            done = subprocess.run(self.installation(installed), capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
        shutil.copytree(installed, self.data, dirs_exist_ok=True)
        self._tables, self._next = [], None

    def installation(self, folder: Path) -> list[str]:
        """Return what creates the system tables in a folder."""
        options = ("--auth-root-authentication-method=normal", "--skip-test-db", *self.its_options, *AS_ROOT)
        command = program("mariadb-install-db", package=PACKAGE)
        return [command, "--no-defaults", f"--datadir={folder}", self.temporary, *options]

    def answers(self) -> bool:
        """Tell whether it serves."""
        try:
            self.sql("SELECT 1")
        except pymysql.Error:
            return False
        return True

    def sql(self, *statements: str, database: str | None = None) -> Sequence[tuple[Any, ...]]:
        """Run statements as the server's root, and return the rows of the last."""
        with (
            pymysql.connect(
                host=LOOPBACK, port=self.port, user="root", database=database, connect_timeout=2, autocommit=True
            ) as connection,
            connection.cursor() as cursor,
        ):
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def fresh_database(self) -> str:
        """Return the URL of a new, empty, migrated database: most often one that was made while a test ran."""
        waiting, self._next = self._next, None
        try:
            url = waiting.result() if waiting else self._create()
        except (pymysql.Error, OSError):  # a test killed the server meanwhile
            url = self._create()
        self._next = self._aside.submit(self._create)
        return url

    def _create(self) -> str:
        if not self._tables:
            self._tables = self._migrate_model()
        name = f"desk_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name}")
        self.sql("SET foreign_key_checks = 0", *self._tables, database=name)
        self.sql(f"INSERT INTO {name}.alembic_version SELECT * FROM {MODEL}.alembic_version")  # noqa: S608 - our names
        return f"{self.url}/{name}"

    def drop(self, url: str) -> None:
        """Remove a database that `fresh_database` gave, in a while."""
        self._aside.submit(self.sql, f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]}")

    def close(self) -> None:
        """Kill it and remove its folder."""
        self.kill9()
        self._aside.shutdown(cancel_futures=True)
        super().close()

    def _migrate_model(self) -> list[str]:
        self.sql(f"DROP DATABASE IF EXISTS {MODEL}", f"CREATE DATABASE {MODEL}")
        run_apart(migrations.upgrade(f"{self.url}/{MODEL}"))
        tables = [name for (name,) in self.sql("SHOW TABLES", database=MODEL)]
        return [self.sql(f"SHOW CREATE TABLE {MODEL}.{table}")[0][1] for table in tables]
