"""Prints what was measured, as a table for people and as JSON for everything else."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MIB = 1024 * 1024
COLUMNS = (
    "at once",
    "system",
    "added first token p50",
    "p99",
    "turn p50",
    "CPU-s/1,000 turns",
    "peak memory",
    "errors",
    "turns",
    "load lag p99",
    "stub late p99",
    "cores busy elsewhere",
)


def milliseconds(value: float | None) -> str:
    """Return a time as a cell; nothing was measured when it is None."""
    return "-" if value is None else f"{value:.1f} ms"


def row(result: dict[str, Any]) -> list[str]:
    """Return a result as the cells of a line."""
    first, load = result["added_first_token_ms"], result["load_lag_ms"]
    return [
        str(result["visitors"]),
        result["system"],
        milliseconds(first["p50"]),
        milliseconds(first["p99"]),
        milliseconds(result["turn_ms"]["p50"]),
        f"{result['cpu_seconds_per_1000_turns']:.1f}",
        f"{result['peak_memory_bytes'] / MIB:.0f} MiB",
        str(sum(result["errors"].values())),
        str(result["measured_turns"]),
        milliseconds(load["p99"]),
        f"{result['stub_lateness_ms']['p99']} ms",
        f"{result['cores_busy_elsewhere']:.2f}",
    ]


def table(results: Sequence[dict[str, Any]]) -> str:
    """Return the results as aligned columns."""
    lines = [list(COLUMNS), *map(row, results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def breakdown(result: dict[str, Any]) -> str:
    """Return where a system's CPU time and memory went."""
    turns = max(1, result["completed_turns"])
    parts = (
        f"{name} {seconds * 1000 / turns:.1f} s / {result['peak_memory_by_process'].get(name, 0) / MIB:.0f} MiB"
        for name, seconds in result["cpu_seconds_by_process"].items()
    )
    return f"{result['system']} at {result['visitors']}: {', '.join(parts)}{_errors(result)}"


def _errors(result: dict[str, Any]) -> str:
    found = {name: result[name] for name in ("errors", "reconnects") if result[name]}
    return "".join(f"; {name}: {value}" for name, value in found.items())


def comparison(results: Sequence[dict[str, Any]]) -> str:
    """Return, for each size of crowd measured with both systems, Frontdesk's share of the naive alternative's cost."""
    by_key = {(result["system"], result["visitors"]): result for result in results}
    lines = []
    for visitors in sorted({result["visitors"] for result in results}):
        ours, theirs = by_key.get(("frontdesk", visitors)), by_key.get(("naive", visitors))
        if ours and theirs and ours["measured_turns"] and theirs["measured_turns"]:
            cpu = ours["cpu_seconds_per_1000_turns"] / theirs["cpu_seconds_per_1000_turns"]
            p99 = ours["added_first_token_ms"]["p99"] / theirs["added_first_token_ms"]["p99"]
            lines.append(f"frontdesk / naive at {visitors}: CPU {cpu:.2f}, added first token p99 {p99:.2f}")
    return "\n".join(lines)


def text(results: Sequence[dict[str, Any]]) -> str:
    """Return everything there is to read."""
    parts = (
        table(results),
        "CPU-seconds per 1,000 turns and peak memory by process:\n" + "\n".join(map(breakdown, results)),
        comparison(results),
    )
    return "\n\n".join(filter(None, parts))


def write(results: Sequence[dict[str, Any]], path: Path) -> None:
    """Keep the results as JSON."""
    path.write_text(json.dumps(results, indent=2) + "\n")
