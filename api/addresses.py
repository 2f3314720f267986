"""Where requests come from, as far as limits are concerned.

A proxy's word for it is taken by uvicorn, from the networks in FORWARDED_ALLOW_IPS alone.
"""

import ipaddress
from typing import Annotated, Final

from fastapi import Depends, Request

HOME: Final = frozenset({"127.0.0.1", "::1"})
"""The machine itself, whose own programs are nobody's flood. A proxy on it has to say who its visitors are."""
IPV6_NETWORK: Final = 64  # what one household or server is given, and changes its address in at will


def network_of(address: str) -> str:
    """Return what stands for whoever is behind an address: the address, or in IPv6 the network around it."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.is_loopback:
            return str(ip)
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, IPV6_NETWORK), strict=False))
    return str(ip)


def is_home(network: str) -> bool:
    """Tell whether a request comes from the machine itself."""
    return network in HOME


async def _network(request: Request) -> str:
    return network_of(request.client.host) if request.client else ""


Network = Annotated[str, Depends(_network)]
"""The network that the request came from, empty where that is unknown."""
