"""Sends a crowd of visitors to a system, in a process of its own.

Prints JSON lines: `{"phase": "begin"}` and `{"phase": "end"}` as measuring does, then `{"report": …}`.
"""

import argparse
import gc
import json
import sys
from typing import Any

import uvloop

from tests.bench.crowd import Crowd, Rules
from tests.bench.visitors import VISITORS


def say(line: dict[str, Any]) -> None:
    """Print for the process that waits."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--system", choices=sorted(VISITORS), required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--visitors", type=int, required=True)
    parser.add_argument("--turns-per-visitor", type=int, required=True)
    parser.add_argument("--first-token-seconds", type=float, required=True)
    parser.add_argument("--turn-seconds", type=float, required=True)
    parser.add_argument("--answer", required=True)
    parser.add_argument("--seconds-at-most", type=float, default=300.0)
    return parser.parse_args()


async def main() -> None:
    """Run the crowd."""
    options = arguments()
    rules = Rules(
        turns_per_visitor=options.turns_per_visitor,
        first_token_seconds=options.first_token_seconds,
        turn_seconds=options.turn_seconds,
        answer=options.answer,
        seconds_at_most=options.seconds_at_most,
    )
    visitors = [VISITORS[options.system](options.port) for _ in range(options.visitors)]
    gc.freeze()
    say({"report": await Crowd(visitors, rules, lambda phase: say({"phase": phase})).stay()})


if __name__ == "__main__":
    uvloop.run(main())
