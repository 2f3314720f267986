"""The process in which documents are parsed: it gets their paths on its input, and answers line by line."""

import hashlib
import importlib
import os
import resource
import sys
import time
from pathlib import Path

import msgspec

from workers.kb.readers.kinds import PARSED
from workers.kb.readers.reading import Reading, Unreadable


class Limits(msgspec.Struct, frozen=True):
    """What parsing one document may take."""

    memory_bytes: int = 1_000_000_000
    cpu_seconds: int = 30
    seconds: float = 60.0
    characters: int = 10_000_000
    """Of text that comes out."""


class Asked(msgspec.Struct, frozen=True):
    """A document to parse."""

    path: str
    sha256: str


class Answered(msgspec.Struct, frozen=True):
    """What came of it: a reading, or why there is none."""

    reading: Reading | None = None
    unreadable: str = ""


def main() -> None:
    """Parse until there is no more input. What a parser raises ends the process, which says enough."""
    limits = msgspec.json.decode(sys.argv[1], type=Limits)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a parser prints is no answer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the bound is not kept, or refused
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    for line in sys.stdin.buffer:
        allowed = int(time.process_time()) + 1 + limits.cpu_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
        answers.write(msgspec.json.encode(_answer(msgspec.json.decode(line, type=Asked), limits)) + b"\n")
        answers.flush()


def _answer(asked: Asked, limits: Limits) -> Answered:
    try:
        return Answered(_read(Path(asked.path), asked.sha256, limits))
    except Unreadable as error:
        return Answered(unreadable=str(error))
    except RecursionError:
        return Answered(unreadable="is nested too deeply. Simplify it.")
    except MemoryError:
        return Answered(unreadable=f"takes more than {limits.memory_bytes // 1_000_000} MB to read. Split it.")


def _read(path: Path, sha256: str, limits: Limits) -> Reading:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Unreadable("was changed while it was read. Build again.")
    reading: Reading = importlib.import_module(PARSED[path.suffix.lower()]).read(content)
    if len(reading.text) > limits.characters:
        raise Unreadable(f"holds more than {limits.characters:,} characters. Split it.")
    return reading


if __name__ == "__main__":
    main()
