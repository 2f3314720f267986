"""Sends the crowd that stays to a fleet, in a process of its own; prints what it saw as one line of JSON."""

import argparse
import gc
import json
import sys
from typing import Final

import uvloop

from tests.bench.guests import Guests, Stay
from tests.bench.visitors import FrontdeskVisitor

TRIES: Final = 5  # of what fails in passing: as many as the page's


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fleet_load", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--visitors", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--rest-seconds", type=float, required=True)
    parser.add_argument("--first-token-seconds", type=float, required=True)
    parser.add_argument("--answer", required=True)
    return parser.parse_args()


async def main() -> None:
    """Run the crowd."""
    options = arguments()
    stay = Stay(options.seconds, options.rest_seconds, options.first_token_seconds, options.answer)
    guests = Guests([FrontdeskVisitor(options.port, TRIES) for _ in range(options.visitors)], stay)
    gc.freeze()
    sys.stdout.write(json.dumps(await guests.visit()) + "\n")


if __name__ == "__main__":
    uvloop.run(main())
