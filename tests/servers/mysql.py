"""MySQL in MariaDB's stead, for runs on a machine that has one: Debian stable has no package of it."""

import os
from pathlib import Path
from typing import Final

from tests.servers.mariadb import AS_ROOT, MariaDB
from tests.servers.server import LOOPBACK

ROOT: Final = f"root@'{LOOPBACK}'"
ROOT_OVER_TCP: Final = f"CREATE USER {ROOT};\nGRANT ALL ON *.* TO {ROOT} WITH GRANT OPTION;\n"
PROGRAM: Final = "MYSQLD"  # the variable that names the server's program


class MySQL(MariaDB):
    """MySQL 8.4 or later on a TCP port."""

    its_options = (
        "--innodb-redo-log-capacity=16M",
        "--performance-schema=OFF",
        "--mysqlx=OFF",
        "--secure-file-priv=NULL",
    )

    def find(self) -> str:
        """Return the path of the server's program."""
        return os.environ[PROGRAM]

    def installation(self, folder: Path) -> list[str]:
        """Return what creates the system tables in a folder."""
        first = self.folder / "root.sql"
        first.write_text(ROOT_OVER_TCP)
        options = ("--initialize-insecure", f"--init-file={first}", *self.its_options, *AS_ROOT)
        return [self.find(), "--no-defaults", f"--datadir={folder}", self.temporary, *options]


def sql_server(*options: str) -> MariaDB:
    """Return MySQL where the environment has its program as `MYSQLD`, otherwise MariaDB."""
    return MySQL(*options) if os.environ.get(PROGRAM) else MariaDB(*options)
