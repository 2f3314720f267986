"""Holds the nursery to its word: what it starts runs as if it had been started by itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.children import Child, kept_environment, nursery
from tests.eventually import eventually_sync
from tests.nursery import TOLD

SHOWS_ITSELF = """
import json, logging, os, sys
print(json.dumps({
    "argv": sys.argv, "path": sys.path, "flags": list(sys.flags), "cwd": os.getcwd(),
    "session": os.getsid(0) == os.getpid(), "env": dict(os.environ),
    "files": sorted(int(fd) for fd in os.listdir("/proc/self/fd")), "main": __name__,
    "logs": [logging.root.level, len(logging.root.handlers)],
    "read": sys.stdin.read(), "threads": len(os.listdir("/proc/self/task")),
}))
"""
STAYS = "import time; print('here'); time.sleep(60)"


@pytest.mark.parametrize("program", [("-c", SHOWS_ITSELF, "one", "two"), ("-m", "calendar", "2026", "11")])
def test_a_child_of_the_nursery_is_as_one_that_is_started_by_itself(tmp_path: Path, program: tuple[str, ...]) -> None:
    command, env = [sys.executable, *program], TOLD | {"SETTING": "one"}
    assert nursery.takes(command, env)
    forked = Child("forked", tmp_path / "log")
    forked.spawn(command, cwd=tmp_path, env=env)
    assert forked.wait() == 0
    by_itself = subprocess.run(
        command,
        cwd=tmp_path,
        env=kept_environment() | env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
        check=True,
    )
    assert forked.log == by_itself.stdout


def test_a_child_of_the_nursery_may_be_frozen_killed_and_started_again(tmp_path: Path) -> None:
    child = Child("sleeper", tmp_path / "log")
    for _ in range(2):
        child.spawn([sys.executable, "-c", STAYS], cwd=tmp_path, env=TOLD)
        eventually_sync(lambda: child.log)
        child.pause()
        assert (child.alive, child.exit_code) == (True, None)
        child.kill9()
        assert (child.alive, child.exit_code) == (False, -9)
    child.spawn([sys.executable, "-c", "import sys; sys.exit(int(sys.argv[1]))", "3"], cwd=tmp_path, env=TOLD)
    assert child.wait() == 3


@pytest.mark.parametrize(
    ("command", "env"),
    [
        (["redis-server", "--port", "1"], {}),
        ([sys.executable, "-X", "importtime", "-c", STAYS], {}),
        ([sys.executable, "-c", STAYS], {"LD_PRELOAD": "libfaketime.so.1"}),
        ([sys.executable, "-c", STAYS], {"PROMETHEUS_MULTIPROC_DIR": "here"}),
        ([sys.executable, "-c", STAYS], {"OMP_NUM_THREADS": "2"}),
    ],
)
def test_what_would_run_otherwise_by_itself_is_not_for_the_nursery(command: list[str], env: dict[str, str]) -> None:
    assert not nursery.takes(command, TOLD | env)
