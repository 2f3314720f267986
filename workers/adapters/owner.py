"""What tells this process from all others, on any computer, also from an earlier one with its number."""

import os
import secrets
import socket


def owner() -> str:
    """Return a name that nobody had before."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
