"""Wrong keys, counted by the address they came from: a few a minute, and then nobody there is listened to."""

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

from shared.errors import TooManyAttempts

MOST: Final = 5
SECONDS: Final = 60.0
ADDRESSES: Final = 10_000
IPV6_NETWORK: Final = 64  # what one household or server is given, and changes its address in at will


class FailedAttempts:
    """The wrong keys of the last minute, in this process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, address: str) -> None:
        """Raise TooManyAttempts for as long as too many wrong keys came from an address, right ones or not."""
        failed = self._failed.get(network_of(address))
        if failed and len(failed) == MOST and (left := failed[0] + SECONDS - self._now()) > 0:
            raise TooManyAttempts(retry_after=left)

    def add(self, address: str) -> None:
        """Count a wrong key."""
        network = network_of(address)
        self._failed.setdefault(network, deque(maxlen=MOST)).append(self._now())
        self._failed.move_to_end(network)
        if len(self._failed) > ADDRESSES:
            self._failed.popitem(last=False)


def network_of(address: str) -> str:
    """Return what stands for whoever is behind an address: the address, or in IPv6 the network around it."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, IPV6_NETWORK), strict=False))
    return str(ip)
