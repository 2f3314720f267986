"""A build in a process of its own: it may be slow, hungry or killed without a turn noticing."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import msgspec

PROGRAM: Final = ("-m", "workers.cli.build_apart")
TELL_SECONDS: Final = 1.0  # between two words about progress, which are a write in the database each


class Said(msgspec.Struct, kw_only=True):
    """What the building process says, a line of JSON each: how far it is, and at its end what came of it."""

    done: int = 0
    total: int = 0
    release: str | None = None
    problems: list[str] = []
    error: str | None = None

    @property
    def failed(self) -> bool:
        """Whether no release came of it."""
        return self.error is not None


async def built_apart(
    kb_dir: Path, strict: bool, publish: bool, on_progress: Callable[[int, int], Awaitable[None]]
) -> Said:
    """Build and return what came of it; `on_progress` is awaited each second with the passages done and their number.

    The process is killed when this is cancelled; one that dies counts as a build that failed.
    """
    options = [word for word, wanted in {"--strict": strict, "--publish": publish}.items() if wanted]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *PROGRAM, *options, stdout=PIPE, env=os.environ | {"KB_DIR": str(kb_dir)}
    )
    said = [Said()]
    listening = asyncio.create_task(_listen(process, said))
    try:
        while not (await asyncio.wait({listening}, timeout=TELL_SECONDS))[0]:
            await on_progress(said[-1].done, said[-1].total)
        code = await process.wait()
    finally:
        listening.cancel()
        if process.returncode is None:
            process.kill()
    if said[-1].release or said[-1].error:
        return said[-1]
    return Said(error=f"The building process ended with code {code}; what it said is in the worker's log.")


async def _listen(process: Process, said: list[Said]) -> None:
    assert process.stdout is not None  # noqa: S101  (asked for)
    async for line in process.stdout:
        said[:] = [msgspec.json.decode(line, type=Said)]
