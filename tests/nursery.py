"""Children that need not import their libraries: forked off a process that has them, which is half of their start.

They are processes of their own, and run the very command they are given; what they import of the desk, they import
themselves. A command that is no Python program, or whose interpreter starts in another way because of its environment,
is not for the nursery.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

FORKER: Final = Path(__file__).with_name("forker.py")
# What the interpreter and its libraries have been told when they are asked for a child.
TOLD: Final = {
    "OMP_NUM_THREADS": "1",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONPATH": str(FORKER.parents[1]),
    "PYTHONSAFEPATH": "1",
    "PYTHONUNBUFFERED": "1",
}
READ_AT_START: Final = ("PYTHON", "LD_", "OMP_", "OTEL_", "PROMETHEUS_", "OPENBLAS_")


class Nursery:
    """Starts children by forking one process, which is started when first asked for.

    It is closed until told otherwise: what is measured is started as operators start it.
    """

    is_open = False

    def __init__(self, tied: Sequence[str], env: dict[str, str]) -> None:
        self._command: Final = [*tied, sys.executable, str(FORKER)]
        self._env = env | TOLD
        self._asking = threading.Lock()
        self._line: socket.socket | None = None

    def takes(self, command: Sequence[str | Path], env: dict[str, str]) -> bool:
        """Tell whether a child would run here as it would by itself."""
        special = {name: value for name, value in env.items() if name.startswith(READ_AT_START)}
        is_program = command[0] == sys.executable and command[1] in {"-c", "-m"}
        return self.is_open and is_program and special == TOLD

    def fork(self, command: Sequence[str | Path], cwd: Path, env: dict[str, str], out: int, err: int) -> "Forked":
        """Start a child, whose output goes to these open files."""
        asked = {"fork": [str(part) for part in command[1:]], "cwd": str(cwd), "env": env}
        return Forked(self, self.ask(asked, out, err))

    def ask(self, asked: dict[str, Any], *files: int) -> int:
        """Have the forker do something, and return the number that it answers."""
        with self._asking:
            line = self._line or self._open()
            socket.send_fds(line, [json.dumps(asked).encode()], [*files])
            answer = line.recv(32)
        assert answer, "the forker has ended"
        return int(answer)

    def _open(self) -> socket.socket:
        self._line, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            subprocess.Popen(
                self._command,
                cwd=FORKER.parent,
                env=self._env,
                stdin=its.fileno(),
                start_new_session=True,
            )
        return self._line


class Forked:
    """A child of the nursery's, with as much of Popen as is used."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery
        self._reaping = threading.Lock()
        self._handle = os.pidfd_open(pid)  # it is not waited for by anybody else, so the id is still its own
        weakref.finalize(self, os.close, self._handle)

    def poll(self) -> int | None:
        """Return its exit code, None while it runs; a signal counts negative."""
        return self._ended(within_ms=0)

    def wait(self) -> int:
        """Wait until it has ended, and return its exit code."""
        code = self._ended(within_ms=None)
        assert code is not None
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, if it has not ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def _ended(self, within_ms: int | None) -> int | None:
        waiting = select.poll()
        waiting.register(self._handle, select.POLLIN)
        if self.returncode is None and waiting.poll(within_ms):
            with self._reaping:  # a test's stub may kill in its own thread whom the test waits for
                if self.returncode is None:
                    self.returncode = self._nursery.ask({"reap": self.pid})
        return self.returncode
