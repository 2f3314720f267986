"""Whether the desk can listen where it was told to."""

import errno
import socket
from contextlib import closing

from shared.errors import PermanentError

NEIGHBOURS = 50


class PortTaken(PermanentError):
    """Another program listens at this port."""

    code = "port_taken"


class AddressUnusable(PermanentError):
    """Nothing can listen at this address."""

    code = "address_unusable"


def check_port(host: str, port: int) -> None:
    """Return when `host` and `port` are free. Raises PortTaken, which names a free one, or AddressUnusable."""
    try:
        _listen(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise AddressUnusable(f"Nothing can listen at {host}, port {port}: {error.strerror}.") from error
        free = next((near for near in range(port + 1, min(port + NEIGHBOURS, 65536)) if _is_free(host, near)), None)
        advice = f"Try --port {free}." if free else "Choose another with --port."
        raise PortTaken(f"Port {port} is taken by another program. {advice}") from error


def _is_free(host: str, port: int) -> bool:
    try:
        _listen(host, port)
    except OSError:
        return False
    return True


def _listen(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with closing(socket.socket(family, kind, protocol)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: a port they just left is free
        probe.bind(address)
        probe.listen()
