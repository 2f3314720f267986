"""Holds child processes to their word: none outlives its run, and each keeps its log."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.children import ROOT, Child
from tests.eventually import WaitedInVain, eventually, eventually_sync

SPAWNS_A_CHILD = """
import sys
from pathlib import Path
from tests.children import Child, nursery
from tests.eventually import eventually_sync
from tests.nursery import TOLD
nursery.is_open = sys.argv[1] == "forked"
child = Child("sleeper", Path("log"))
child.spawn([sys.executable, "-c", "import time; print('tied'); time.sleep(60)"], cwd=Path.cwd(), env=TOLD)
eventually_sync(lambda: child.log)
print(child.pid, flush=True)
sys.stdin.read()
"""


def python(code: str) -> list[str | Path]:
    return [sys.executable, "-u", "-c", code]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ties a child to its parent")
@pytest.mark.parametrize("started", ["by itself", "forked"])
def test_a_child_ends_with_a_run_that_was_killed(tmp_path: Path, started: str) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", SPAWNS_A_CHILD, started],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert run.stdout
    pid = int(run.stdout.readline())
    assert psutil.pid_exists(pid)
    run.kill()
    run.communicate()
    eventually_sync(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_a_child_keeps_its_log_over_its_starts_and_knows_no_secrets_of_the_run(tmp_path: Path) -> None:
    child = Child("talker", tmp_path / "log")
    for word in ("one", "two"):
        command = python(
            f"import os; print({word!r}, sorted(set(os.environ) - {{'LC_CTYPE'}})[-1], os.environ['ONLY'])"
        )
        child.spawn(command, cwd=tmp_path, env={"ONLY": "this", "ZZZ": "last"})
        assert child.wait() == 0
    assert child.log == "one ZZZ this\ntwo ZZZ this\n"


def test_a_frozen_child_is_killed_like_any_other(tmp_path: Path) -> None:
    child = Child("sleeper", tmp_path / "log")
    child.spawn(python("import time; time.sleep(60)"), cwd=tmp_path)
    child.pause()
    assert child.alive
    child.kill9()
    assert (child.alive, child.exit_code) == (False, -9)


def test_what_a_child_started_is_killed_with_it(tmp_path: Path) -> None:
    child = Child("parent", tmp_path / "log")
    code = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '60']).pid); time.sleep(60)"
    child.spawn(python(code), cwd=tmp_path)
    pid = int(eventually_sync(lambda: child.log))
    child.kill9()
    eventually_sync(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


async def test_what_never_comes_true_is_named() -> None:
    answers = iter([0, 0, 7])
    assert await eventually(lambda: next(answers)) == 7
    with pytest.raises(WaitedInVain, match=r"not within 0\.01 s: .*lambda: list\(answers\).* \(last value: \[\]\)"):
        await eventually(lambda: list(answers), within=0.01)


async def test_a_condition_may_be_a_coroutine_function() -> None:
    async def ready() -> str:
        return "yes"

    assert await eventually(ready) == "yes"
