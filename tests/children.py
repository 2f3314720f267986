"""Child processes that never outlive the test run, can be killed and frozen, and keep their log for a failing test."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final

from tests.eventually import eventually_sync
from tests.nursery import Forked, Nursery

ROOT: Final = Path(__file__).parents[1]
KEPT_VARIABLES: Final = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "USER", "VIRTUAL_ENV")
EXIT_SECONDS: Final = 20.0

# The kernel kills a child so tied when the thread that started it ends: one thread, as old as the run, starts them all.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")
_tied: Final = ("setpriv", "--pdeathsig", "KILL", "--") if shutil.which("setpriv") else ()

started: list["Child"] = []
"""The children whose news belong under a failing test."""


def forget_the_dead() -> None:
    """Keep those that still run, and count as news what they write from now on."""
    started[:] = [child for child in started if child.alive]
    for child in started:
        child.known = len(child.log)


def kept_environment() -> dict[str, str]:
    """Return what any program needs of ours."""
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}


nursery: Final = Nursery(_tied, kept_environment())


def process_of(
    command: Sequence[str | Path], cwd: Path, env: dict[str, str], out: IO[bytes], err: IO[bytes]
) -> subprocess.Popen[bytes] | Forked:
    """Start a process that ends with us, in a session of its own: a Ctrl-C meant for the run is not for it."""
    return _spawner.submit(_start, command, cwd, env, out, err).result()


def _start(
    command: Sequence[str | Path], cwd: Path, env: dict[str, str], out: IO[bytes], err: IO[bytes]
) -> subprocess.Popen[bytes] | Forked:
    if nursery.takes(command, env):
        return nursery.fork(command, cwd, env, out.fileno(), err.fileno())
    return subprocess.Popen(
        [*_tied, *command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        start_new_session=True,
    )


class Child:
    """A process started by a test, and started again under the same name; its output goes to one file."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self._log = log
        self.known = 0
        self._process: subprocess.Popen[bytes] | Forked | None = None

    def spawn(self, command: Sequence[str | Path], *, cwd: Path, env: dict[str, str] | None = None) -> None:
        """Start it, and return before it is ready. Its environment is `env` and what any program needs."""
        assert not self.alive, f"{self.name} runs already"
        with self._log.open("ab") as log:
            self._process = process_of(command, cwd, kept_environment() | (env or {}), log, log)
        if self not in started:
            started.append(self)

    @property
    def pid(self) -> int:
        """Its process id, of its last start."""
        assert self._process, f"{self.name} was never started"
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs, frozen or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended, None while it runs; a signal counts negative."""
        return self._process.poll() if self._process else None

    @property
    def log(self) -> str:
        """Everything it has written, over all its starts."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def news(self) -> str:
        """What it has written since the test began."""
        return self.log[self.known :]

    def send(self, number: signal.Signals) -> None:
        """Send a signal; one that has ended no longer hears it."""
        if self._process and self.alive:
            self._process.send_signal(number)

    def sigterm(self) -> None:
        """Ask it to end, and don't wait for it."""
        self.send(signal.SIGTERM)

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Thaw it."""
        self.send(signal.SIGCONT)

    def kill9(self) -> None:
        """End it without a warning, frozen or not, with whatever it started; return when it is gone."""
        if self._process and self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def wait(self, within: float = EXIT_SECONDS) -> int:
        """Wait until it has ended by itself, and return its exit code."""
        eventually_sync(lambda: not self.alive, within=within)
        code = self.exit_code
        assert code is not None
        return code
