"""Measures how well and how fast messages are read: `python -m tests.bench.understanding NAMES.jsonl OFFERS.jsonl`.

Rows of the first are `{text, asked, name}`, of the second `{asked, prompt, text, label}`. Each file is shuffled with a
fixed seed and reported in two halves: rules are made on the first, and the second tells whether they hold.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from workers.domain.leads.reading import Asked, Reading, read

SEED = 7
Row = dict[str, Any]


def halves(path: Path) -> dict[str, list[Row]]:
    """Return the rows of a file in two random halves, the same ones each time."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    random.Random(SEED).shuffle(rows)
    return {"first half": rows[: len(rows) // 2], "second half": rows[len(rows) // 2 :]}


def readings(rows: Sequence[Row]) -> tuple[list[tuple[Row, Reading]], list[float]]:
    """Return what is read in each row, and how many milliseconds each took."""
    found, took = [], []
    for row in rows:
        asked = Asked(row["asked"]) if row["asked"] else None
        begin = time.perf_counter()
        reading = read(row["text"], asked, prompt=row.get("prompt"))
        took.append((time.perf_counter() - begin) * 1000)
        found.append((row, reading))
    return found, took


def names(found: Sequence[tuple[Row, Reading]]) -> str:
    """Say how many names are right, and how many are made up."""
    given = [reading.name == row["name"] for row, reading in found if row["name"]]
    none = [reading.name is not None for row, reading in found if not row["name"]]
    right, invented = statistics.fmean(given), statistics.fmean(none)
    return f"names right {right:.3f} of {len(given)}, invented {invented:.4f} of {len(none)}"


def decisions(found: Sequence[tuple[Row, Reading]]) -> str:
    """Say how many decisions are right."""
    return f"decisions right {statistics.fmean(reading.decision == row['label'] for row, reading in found):.3f}"


def report(path: Path, say: Callable[[Sequence[tuple[Row, Reading]]], str]) -> None:
    """Print the figures of a file."""
    for half, rows in halves(path).items():
        found, took = readings(rows)
        p99 = statistics.quantiles(took, n=100)[-1]
        times = f"ms mean {statistics.fmean(took):.3f}, p99 {p99:.3f}"
        sys.stdout.write(f"{path.name}, {half} ({len(rows)} rows): {say(found)}; {times}\n")


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.understanding", description=__doc__)
    parser.add_argument("names", type=Path)
    parser.add_argument("offers", type=Path)
    options = parser.parse_args()
    read("+1 212 555 0123, anna@example.com")  # the first phone number loads a table
    report(options.names, names)
    report(options.offers, decisions)


if __name__ == "__main__":
    main()
