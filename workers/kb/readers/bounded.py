"""Parsing in a process of its own, so that no document can hang or bring down what reads it."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Final, Self

import msgspec

from workers.kb.readers.child import Answered, Asked, Limits
from workers.kb.readers.reading import Reading, Unreadable

PASSED_ON: Final = ("PATH", "PYTHONPATH", "LANG", "LC_ALL")  # a parser has no business with keys
READ_AT_ONCE: Final = 65_536  # bytes
BROKEN: Final = "can't be read: it is broken, or takes too much to read. Open it and save it again, or split it."


class Stopped(Exception):
    """The process ended before it answered."""


class BoundedReader:
    """Reads one document at a time in a process that is started when it is needed, and anew when it died."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self.started = 0
        """How many processes it took so far."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, path: Path, sha256: str) -> Reading:
        """Return what the document's reader makes of it; `sha256` is of the bytes that are meant. Raises Unreadable."""
        try:
            answered = self._ask(Asked(str(path.absolute()), sha256))
        except TimeoutError as error:
            self.close()
            raise Unreadable(f"takes longer than {self._limits.seconds:g} seconds to read. Split it.") from error
        except (Stopped, BrokenPipeError) as error:
            self.close()
            raise Unreadable(BROKEN) from error
        if answered.reading is None:
            raise Unreadable(answered.unreadable)
        return answered.reading

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None

    def _ask(self, asked: Asked) -> Answered:
        process = self._running()
        assert process.stdin  # noqa: S101 - opened as a pipe
        assert process.stdout  # noqa: S101 - as above
        process.stdin.write(msgspec.json.encode(asked) + b"\n")
        return msgspec.json.decode(_line(process.stdout.fileno(), self._limits.seconds), type=Answered)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "workers.kb.readers.child", msgspec.json.encode(self._limits).decode()],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a traceback may hold the document's words
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ}
                | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
            self.started += 1
        return self._process


def _line(descriptor: int, seconds: float) -> bytes:
    """Return the next line. Raises TimeoutError, and Stopped at the end of what can be read."""
    deadline, line = time.monotonic() + seconds, bytearray()
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        some = os.read(descriptor, READ_AT_ONCE)
        if not some:
            raise Stopped
        line += some
    return bytes(line)
