"""How the interpreter is set in processes that stream to many visitors at once, so that it never stands still."""

import gc
import sys
from typing import Final

SWITCH_SECONDS: Final = 0.0005  # Python's 5 ms, waited after every system call, would be what a word takes to arrive


def set_up_for_streaming() -> None:
    """Let no thread wait long for another, nor any for a collection that walks what the start has made.

    Call it when the process is ready: what exists then, hundreds of thousands of objects of the libraries, is never
    garbage, and walking it takes a tenth of a second.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)
