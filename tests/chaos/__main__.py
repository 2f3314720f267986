"""Wrecks a whole desk for a while and judges it: `python -m tests.chaos --seconds 60 --seed 1`."""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from shared.settings import Settings
from tests.chaos.turmoil import Report, turmoil


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def table(report: Report) -> Iterator[str]:
    """Yield the report for people."""
    done = report.notes.done
    yield f"seed                {report.seed}, {report.seconds:g} s"
    yield f"turns               {len(report.notes.told)} answered; {_counted(done)}"
    yield f"longest wait        {report.notes.longest_seconds:.1f} s"
    yield f"people              {len(report.people)}, of whom {report.leads} became leads, each in the sheet"
    yield f"moves               {_counted(report.moves)}"
    yield f"started again       {_counted(report.starts)}"
    yield f"broken promises     {len(report.broken) or 'none'}"
    yield from (f"{count} times: {line}" for line, count in Counter(report.broken).items())


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(counts.items())) or "none"


def main() -> int:
    """Wreck, judge, print; exit with 1 when a promise was broken."""
    options = arguments()
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-chaos-"))
    report = asyncio.run(turmoil(options.seed, options.seconds, folder))
    sys.stdout.write("\n".join(table(report)) + "\n")
    if report.broken:
        sys.stdout.write(f"logs                {folder}\n")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
