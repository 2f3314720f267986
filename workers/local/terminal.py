"""What the person who runs a local desk gets to see."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import typer

LOOK_SECONDS: Final = 1.0
LINES_AT_ONCE: Final = 5
TROUBLE: Final = re.compile(r"\[(?P<level>warning|error|critical) *\]\s*(?P<what>.*\S)")
COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")


def say(line: str = "") -> None:
    """Print a line; a terminal that is gone does not stop the desk."""
    with suppress(OSError):
        typer.echo(line)


def say_fields(fields: dict[str, str]) -> None:
    """Print names and what they stand for, one below the other."""
    width = max(map(len, fields))
    for name, value in fields.items():
        say(f"  {name:<{width}}  {value}")


async def tell_troubles(logs: Sequence[Path]) -> None:
    """Repeat the warnings and errors that appear in the logs from now on, until cancelled."""
    read = {log: _size(log) for log in logs}
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        for log in logs:
            size = _size(log)
            start = read[log] if read[log] <= size else 0  # it was replaced
            troubles = _troubles(log, start, size)
            read[log] = size
            for trouble in troubles[:LINES_AT_ONCE]:
                say(f"{log.stem}: {trouble}")
            if len(troubles) > LINES_AT_ONCE:
                say(f"{log.stem}: and {len(troubles) - LINES_AT_ONCE} more, see {log}")


def _troubles(log: Path, start: int, end: int) -> list[str]:
    if start == end:
        return []
    try:
        with log.open("rb") as file:
            file.seek(start)
            text = COLOURS.sub("", file.read(end - start).decode(errors="replace"))
    except OSError:  # somebody tidied up
        return []
    return [" ".join(f"{found['level']}: {found['what']}".split()) for found in TROUBLE.finditer(text)]


def _size(log: Path) -> int:
    try:
        return log.stat().st_size
    except OSError:
        return 0
