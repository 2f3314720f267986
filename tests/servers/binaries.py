"""Finds the servers' programs, and installs them where the run may."""

import os
import shutil
import subprocess
from typing import Final, Never

import pytest

PLACES: Final = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin", "/sbin"))
APT: Final = ("apt-get", "-y", "-qq", "-o", "DPkg::Lock::Timeout=300")


def program(name: str, *, package: str) -> str:
    """Return the path of a program, from its Debian package if need be.

    Skips the test when there is none and none can be installed; with `CI` set, fails it.
    """
    return find(name) or _install(name, package) or _give_up(name, package)


def find(name: str) -> str | None:
    """Return the path of a program, also of those kept out of most people's PATH."""
    return shutil.which(name, path=PLACES)


def _install(name: str, package: str) -> str | None:
    if os.geteuid() != 0 or not find("apt-get"):
        return None
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}  # RUNLEVEL: install it, don't start it
    for command in (["update"], ["install", "--no-install-recommends", package]):
        subprocess.run([*APT, *command], env=env, check=False, stdout=subprocess.DEVNULL)
    return find(name)


def _give_up(name: str, package: str) -> Never:
    reason = f"{name} is missing: install Debian's package {package}, or run as root to let the tests do it"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
