"""Measures a fleet that is restarted under a crowd, process by process: `python -m tests.bench.fleet`."""

import argparse
import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any, Final

from tests.bench import commands
from tests.bench.__main__ import FIRST_TOKEN_SECONDS, TOKENS, TOKENS_PER_SECOND
from tests.bench.alone import FOLDER, alone, say
from tests.bench.crowd import spread
from tests.bench.fleet_parts import Fleet, Restartable, fleet
from tests.bench.measure import peak_memory
from tests.bench.systems import stub_model
from tests.children import ROOT
from tests.stubs.llm_shapes import lorem

AFTER_SECONDS: Final = 180.0  # for the last answers, before the crowd is given up


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fleet", description=__doc__)
    parser.add_argument("--visitors", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rest-seconds", type=float, default=20, help="between an answer and the next question")
    return parser.parse_args()


def measure(running: Fleet, options: argparse.Namespace) -> dict[str, Any]:
    """Send the crowd, restart every process in the middle of its stay, and return what it saw and what it cost."""
    seconds = options.minutes * 60
    with peak_memory(running.processes) as peak, _load(running.port, options, seconds) as load:
        threading.Event().wait(seconds / 3)
        began = time.perf_counter()
        restarted = [_restart(part) for part in running.restartable]
        ended = time.perf_counter()
        out, _ = load.communicate(timeout=seconds + AFTER_SECONDS)
    seen: dict[str, Any] = json.loads(out)
    tokens = seen.pop("first_tokens")
    return seen | {
        "visitors": options.visitors,
        "restarts_seconds": dict(restarted),
        "added_first_token_ms": {
            "calm": spread([added for at, added in tokens if not began <= at <= ended]),
            "while restarting": spread([added for at, added in tokens if began <= at <= ended]),
        },
        "peak_memory_bytes": peak.total,
        "broken_rules": _selfcheck(running),
    }


def _restart(part: Restartable) -> tuple[str, float]:
    began = time.perf_counter()
    part.restart()
    took = time.perf_counter() - began
    say(f"restarted {part.child.name} in {took:.1f} s")
    return part.child.name, round(took, 1)


def _load(port: int, options: argparse.Namespace, seconds: float) -> subprocess.Popen[str]:
    values = {
        "port": port,
        "visitors": options.visitors,
        "seconds": seconds,
        "rest-seconds": options.rest_seconds,
        "first-token-seconds": FIRST_TOKEN_SECONDS,
        "answer": lorem(TOKENS),
    }
    parts = [part for name, value in values.items() for part in (f"--{name}", str(value))]
    command = [commands.PYTHON, "-m", "tests.bench.fleet_load", *parts]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def _selfcheck(running: Fleet) -> str:
    """Return what the database says of itself; nothing when all is well."""
    command = [commands.PYTHON, "-m", "workers.cli", "selfcheck"]
    done = subprocess.run(command, env=dict(running.env), capture_output=True, text=True, check=False, cwd=ROOT)
    return done.stdout + done.stderr if done.returncode else ""


def lines(result: dict[str, Any]) -> Sequence[str]:
    """Return the result for people."""
    first = result["added_first_token_ms"]
    return [
        f"{result['visitors']} visitors asked {result['asked']} questions; {result['answered']} were answered",
        f"errors that a visitor saw: {result['errors'] or 'none'}",
        f"unseen: {result['reconnects']} streams taken up again, {result['reposts']} posts repeated",
        *(f"added to the first token, {when}: p50 {of['p50']} ms, p99 {of['p99']} ms" for when, of in first.items()),
        f"memory of all processes: {result['peak_memory_bytes'] / 2**20:.0f} MiB",
        f"rules broken in the database: {result['broken_rules'] or 'none'}",
    ]


def main() -> int:
    """Measure, print, keep; exit with 1 when a turn was lost or an error seen."""
    options = arguments()
    with (
        alone() as folder,
        stub_model(folder, FIRST_TOKEN_SECONDS, TOKENS_PER_SECOND, TOKENS) as stub,
        fleet(stub.port, folder) as running,
    ):
        result = measure(running, options)
    say("\n".join(lines(result)))
    (FOLDER / "fleet.json").write_text(json.dumps(result, indent=2) + "\n")
    return 1 if result["errors"] or result["broken_rules"] or result["asked"] != result["answered"] else 0


if __name__ == "__main__":
    sys.exit(main())
