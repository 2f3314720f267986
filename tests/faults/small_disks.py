"""Disks that are nearly full: a server's data in a small file system of its own, and what takes up the rest of it."""

import os
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.servers import MariaDB, Redis
from tests.servers.server import Server

LEFT_BYTES: Final = 256 * 1024


class SmallDisk:
    """A file system in memory, and a file in it that leaves little room."""

    def __init__(self, place: Path, megabytes: int) -> None:
        self.place, self._megabytes = place, megabytes
        self._ballast = place / "ballast"

    def mount(self) -> None:
        """Put it in its place. Only root may: a run that is meant to prove something fails without."""
        if os.geteuid() != 0:
            (pytest.fail if os.environ.get("CI") else pytest.skip)("only root can mount a small disk")
        size = f"size={self._megabytes}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", self.place], check=True)

    def unmount(self) -> None:
        """Take it away, with all that it holds."""
        subprocess.run(["umount", "--lazy", self.place], check=True)

    def fill(self) -> None:
        """Leave next to nothing."""
        free = os.statvfs(self.place)
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - LEFT_BYTES)

    def make_room(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)


class _OnSmallDisk(Server):
    """What keeps its data there."""

    disk: SmallDisk

    def prepare(self) -> None:
        """Mount the disk before anything is written."""
        self.disk.mount()
        super().prepare()  # type: ignore[safe-super]

    def close(self) -> None:
        """Take the disk away, too."""
        self.kill9()
        self.disk.unmount()
        super().close()


class CrampedMariaDB(_OnSmallDisk, MariaDB):
    """MariaDB on a disk that can be filled."""

    def __init__(self, *options: str) -> None:
        super().__init__(*options)
        self.disk = SmallDisk(self.data, megabytes=256)


class CrampedRedis(_OnSmallDisk, Redis):
    """Redis on a disk that can be filled."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.disk = SmallDisk(self.data, megabytes=8)
