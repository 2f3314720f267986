"""The processes that make up a local desk: started, kept alive, stopped, and never left behind."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import IO, Any, Final, NoReturn

from shared.errors import PermanentError
from workers.local import leash

CRASHES_ALLOWED: Final = 5
CRASH_WINDOW_SECONDS: Final = 60.0
FIRST_PAUSE_SECONDS: Final = 0.1
GRACE_SECONDS: Final = 8.0
LONGEST_LOG_BYTES: Final = 10_000_000


class ProgramKeepsFailing(PermanentError):
    """A part of the desk fails again and again."""

    code = "program_keeps_failing"


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, and where its output goes."""

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)


class Launcher:
    """Starts programs that end with us: by the kernel's word on Linux, by the closing of a pipe elsewhere."""

    def __init__(self) -> None:
        self.hurry = asyncio.Event()  # once set, nothing is given time to end by itself
        self._lifeline, self._our_end = os.pipe()

    async def keep(self, program: Program) -> NoReturn:
        """Run a program and start it again when it ends; when cancelled, stop it and everything it started.

        Raises ProgramKeepsFailing once it has failed too often in too short a time.
        """
        crashes: list[float] = []
        while True:
            code = await self.run(program)
            now = monotonic()
            crashes = [*(then for then in crashes if now - then < CRASH_WINDOW_SECONDS), now]
            if len(crashes) > CRASHES_ALLOWED:
                raise ProgramKeepsFailing(f"The {program.name} keeps failing (exit code {code}). See {program.log}.")
            await asyncio.sleep(FIRST_PAUSE_SECONDS * 2 ** len(crashes))

    async def run(self, program: Program) -> int:
        """Run a program to its end and return its exit code; when cancelled, stop it."""
        with _open_log(program) as log:
            process = await self._spawn(program, output=log, log=log)
        try:
            return await process.wait()
        finally:
            await self._end(process)

    async def output_of(self, program: Program) -> bytes:
        """Run a program to its end and return what it printed; when cancelled, stop it."""
        with _open_log(program) as log:
            process = await self._spawn(program, output=PIPE, log=log)
        try:
            return (await process.communicate())[0]
        finally:
            await self._end(process)

    async def _spawn(self, program: Program, *, output: IO[bytes] | int, log: IO[bytes]) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), str(self._lifeline)),
            *program.command,
            stdin=DEVNULL,
            stdout=output,
            stderr=log,
            env=os.environ | dict(program.environment),
            pass_fds=(self._lifeline,),
            start_new_session=True,  # Ctrl-C is for us: we choose the order in which they end
        )

    async def _end(self, process: Process) -> None:
        with suppress(ProcessLookupError):
            process.terminate()
        await _first_of(process.wait(), self.hurry.wait(), seconds=GRACE_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # itself if it is still there, and whatever it had started
        await process.wait()


async def _first_of(*waits: Coroutine[Any, Any, object], seconds: float) -> None:
    tasks = [asyncio.create_task(wait) for wait in waits]
    _, others = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()


def _open_log(program: Program) -> IO[bytes]:
    program.log.parent.mkdir(parents=True, exist_ok=True)
    if program.log.exists() and program.log.stat().st_size > LONGEST_LOG_BYTES:
        program.log.replace(program.log.with_suffix(".log.1"))
    return program.log.open("ab")
