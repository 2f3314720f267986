"""Processes whose clock is wrong, as on a machine without NTP."""

import subprocess
from typing import Any

from tests.servers.binaries import program


def clock_off_by(seconds: int) -> dict[str, Any]:
    """Return the environment, as settings of a desk's part, in which the time is off by so much.

    What only ever goes forward, by which threads and event loops wait, is left alone: no machine's is off.
    """
    faketime = program("faketime", package="faketime")
    asked = [faketime, "-m", "-f", "+0s", "printenv", "LD_PRELOAD"]
    library = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    return {"ld_preload": library, "faketime": f"{seconds:+d}s", "faketime_dont_fake_monotonic": 1}
