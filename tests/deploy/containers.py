"""Compose's services as processes: each with its own command, variables and secrets, on this machine's addresses."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.children import ROOT, Child
from tests.deploy.composed import secrets_of, services

# What `read_only`, `cap_drop` and `no-new-privileges` come to: the first folder and all the system are read alone, the
# folders after it are written to, and what is run then is nobody special, whoever starts it.
LOCKED: Final = """
mount --make-rprivate /
mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift
while [ "$1" != -- ]; do mount --bind "$1" "$1" && shift; done
mount -o remount,bind,ro /
shift
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs -- "$@"
"""
WRITTEN: Final = ("kb/.index", "tmp")

BIN: Final = Path(sys.executable).parent
PATHS: Final = {"KB_DIR": "kb"}


class Container(Child):
    """A service of docker-compose.yml without the container."""

    def __init__(self, service: str, folder: Path, secrets: Mapping[str, str], **variables: str) -> None:
        super().__init__(service, folder / f"{service}.log")
        self._service = services()[service]
        self._folder = folder
        self._secrets = folder / service
        self._secrets.mkdir()
        for name, secret in secrets_of(self._service).items():
            (self._secrets / name).write_text(secrets[secret])
        self._variables = variables

    def start(self) -> None:
        """Start it, from the folder that is /app in the image."""
        name, *arguments = self._service["command"]
        program = sys.executable if name == "python" else str(BIN / name)
        own = [_elsewhere(part, self._folder) for part in arguments]
        self.spawn([*self._locked(), program, *own], cwd=ROOT, env=self._environment())

    def _locked(self) -> list[str]:
        if sys.platform != "linux":
            return []
        apart = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
        written = [str(self._folder / name) for name in WRITTEN]
        return [*apart, "sh", "-ec", LOCKED, "sh", str(ROOT), *written, "--"]

    def _environment(self) -> dict[str, str]:
        own = {
            name: str(self._folder / PATHS[name]) if name in PATHS else value for name, value in self._given().items()
        }
        image = {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "OMP_NUM_THREADS": "1"}
        here = {"SECRETS_DIR": str(self._secrets), "TMPDIR": str(self._folder / "tmp")}
        return image | own | here | self._variables

    def _given(self) -> dict[str, str]:
        return {name: str(value) for name, value in self._service["environment"].items()}


def _elsewhere(part: str, folder: Path) -> str:
    """Keep what a container has in its own /tmp out of ours."""
    return part.replace("/tmp", str(folder / "tmp")) if part.startswith("/tmp") else part  # noqa: S108


def documents(folder: Path, kb_dir: Path) -> None:
    """Lay out the volumes: documents without a release, and a folder for data."""
    shutil.copytree(kb_dir, folder / "kb", ignore=shutil.ignore_patterns(".index"))
    for name in WRITTEN:
        (folder / name).mkdir()
