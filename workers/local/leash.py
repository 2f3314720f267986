"""Runs a program that ends with its parent, however the parent ends: `python leash.py PARENT LIFELINE PROGRAM …`.

LIFELINE is the reading end of a pipe whose other end only the parent has. Uses nothing outside the standard library,
so that it starts in no time.
"""

import os
import select
import signal
import subprocess
import sys

SET_PARENT_DEATH_SIGNAL = 1
LOOK_SECONDS = 0.2


def main(parent: int, lifeline: int, command: list[str]) -> int:
    """Become the program, or watch over it where the system can't."""
    if not sys.platform.startswith("linux"):
        return watch(lifeline, command)
    os.close(lifeline)
    _end_with_parent()
    if os.getppid() == parent:  # otherwise it ended before we asked to be told
        os.execvp(command[0], command)  # noqa: S606  (no shell is wanted)
    return 1


def watch(lifeline: int, command: list[str]) -> int:
    """Run the program and kill it when the parent's end of the lifeline closes. Return its exit code."""
    program = subprocess.Popen(command)  # noqa: S603  (the launcher's own command)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _: program.send_signal(number))
    while program.poll() is None:
        if select.select([lifeline], [], [], LOOK_SECONDS)[0]:
            program.kill()
            program.wait()
    return program.returncode


def _end_with_parent() -> None:
    import ctypes  # noqa: PLC0415  (only here, and not everywhere there)

    # The kernel tells us when the thread that started us ends: the launcher starts everything from its main thread.
    if ctypes.CDLL(None, use_errno=True).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
