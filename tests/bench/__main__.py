"""Measures Frontdesk against the naive alternative, in one run with one stub model: `python -m tests.bench`."""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench import commands, report, search
from tests.bench.alone import FOLDER, alone, say
from tests.bench.measure import cpu_of, cpu_seconds, machine_seconds, peak_memory
from tests.bench.systems import SYSTEMS, Stub, System, stub_model
from tests.children import ROOT
from tests.stubs.llm_shapes import lorem

FIRST_TOKEN_SECONDS, TOKENS_PER_SECOND, TOKENS = 0.2, 50, 100
TURN_SECONDS = FIRST_TOKEN_SECONDS + TOKENS / TOKENS_PER_SECOND
STUB, LOAD, MACHINE = "(stub)", "(load)", "(machine)"  # beside the names of the system's processes
FEW, TURNS_OF_A_FEW = 5, 10  # so small a crowd needs more turns each for its figures to mean anything


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--at", default="1,50,200,500", help="how many turns at once, one measurement each")
    parser.add_argument("--only", choices=sorted(SYSTEMS), help="measure one system")
    parser.add_argument(
        "--turns-per-visitor", type=int, default=3, help="measured ones; ten at least of a few visitors"
    )
    parser.add_argument("--search", action="store_true", help="measure the search of large releases only")
    return parser.parse_args()


def load_command(system: System, visitors: int, turns: int) -> list[str]:
    """Return what sends a crowd."""
    options = {
        "system": system.name,
        "port": system.port,
        "visitors": visitors,
        "turns-per-visitor": max(turns, TURNS_OF_A_FEW) if visitors <= FEW else turns,
        "first-token-seconds": FIRST_TOKEN_SECONDS,
        "turn-seconds": TURN_SECONDS,
        "answer": lorem(TOKENS),
    }
    parts = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return [commands.PYTHON, "-m", "tests.bench.load", *parts]


def measure(system: System, stub: Stub, visitors: int, turns: int) -> dict[str, Any]:
    """Send a crowd to a system and return what it saw and what it cost."""
    marks: dict[str, dict[str, float]] = {}
    seen: dict[str, Any] = {}
    stub.lateness_ms()
    with peak_memory(system.processes) as peak, _load(system, visitors, turns) as load:
        for line in load.stdout or ():
            message = json.loads(line)
            if phase := message.get("phase"):
                marks[phase] = cpu_of(system.processes) | {
                    STUB: cpu_seconds(stub.pid),
                    LOAD: cpu_seconds(load.pid),
                    MACHINE: machine_seconds(),
                }
            else:
                seen = message["report"]
    begin, end = marks.get("begin", {}), marks.get("end", {})
    each = {name: round(end[name] - begin.get(name, end[name]), 3) for name in end}
    stub_cpu, load_cpu, machine_cpu = (each.pop(name, 0.0) for name in (STUB, LOAD, MACHINE))
    elsewhere = machine_cpu - stub_cpu - load_cpu - sum(each.values())
    return seen | {
        "system": system.name,
        "cpu_seconds_per_1000_turns": round(sum(each.values()) * 1000 / max(1, seen["completed_turns"]), 2),
        "cpu_seconds_by_process": each,
        "stub_cpu_seconds": stub_cpu,
        "load_cpu_seconds": load_cpu,
        "cores_busy_elsewhere": round(elsewhere / (seen["window_seconds"] or 1.0), 2),
        "stub_lateness_ms": stub.lateness_ms(),
        "peak_memory_bytes": peak.total,
        "peak_memory_by_process": peak.each,
    }


def _load(system: System, visitors: int, turns: int) -> subprocess.Popen[str]:
    return subprocess.Popen(load_command(system, visitors, turns), stdout=subprocess.PIPE, text=True, cwd=ROOT)


def run(names: Sequence[str], sizes: Sequence[int], turns: int, folder: Path) -> list[dict[str, Any]]:
    """Measure each system with each size of crowd."""
    results = []
    with stub_model(folder, FIRST_TOKEN_SECONDS, TOKENS_PER_SECOND, TOKENS) as stub:
        for name in names:
            say(f"starting {name}")
            with SYSTEMS[name](stub.port, folder) as system:
                for visitors in sizes:
                    results.append(measure(system, stub, visitors, turns))
                    say(report.breakdown(results[-1]))
    return results


def main() -> int:
    """Measure, print, keep; exit with 1 when an answer was wrong or missing."""
    options = arguments()
    if options.search:
        return search.main([])
    names = [options.only] if options.only else ["naive", "frontdesk"]
    with alone() as folder:
        results = run(names, [int(size) for size in options.at.split(",")], options.turns_per_visitor, folder)
    report.write(results, FOLDER / "results.json")
    say(f"\n{report.text(results)}\n\nkept in {FOLDER / 'results.json'}")
    if not options.only:
        search.main([])
    return 1 if any(result["errors"] for result in results if result["system"] == "frontdesk") else 0


if __name__ == "__main__":
    sys.exit(main())
