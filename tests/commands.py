"""`frontdesk` on a terminal, as an operator types it: how it ends, and what it says."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryFile
from typing import IO, Final

from tests.children import kept_environment, process_of
from tests.eventually import eventually_sync
from tests.nursery import TOLD

WITHIN_SECONDS: Final = 100.0


def frontdesk(*words: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> CompletedProcess[str]:
    """Run a command to its end; `env` are its settings."""
    command = [sys.executable, "-m", "workers.cli", *words]
    with TemporaryFile() as out, TemporaryFile() as err:
        process = process_of(command, cwd, kept_environment() | TOLD | dict(env or {}), out, err)
        try:
            eventually_sync(lambda: process.poll() is not None, within=WITHIN_SECONDS)
        finally:
            process.send_signal(signal.SIGKILL)
        return CompletedProcess(command, process.wait(), _text_of(out), _text_of(err))


def _text_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
