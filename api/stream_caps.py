"""How many streams may be open at once: of one session, and of one address. Whoever gets none may always poll."""

from collections.abc import AsyncIterator

from fastapi import Request

from api.addresses import Network, is_home
from api.dependencies import UseSettings, Visitor, gateway_of
from api.open_streams import Cap


async def hold_stream(
    request: Request, visitor: Visitor, network: Network, settings: UseSettings
) -> AsyncIterator[None]:
    """Count a stream for as long as it is answered. Raises TooManyStreams."""
    caps = [
        Cap("session", settings.streams_per_session, visitor.id),
        Cap("address", settings.streams_per_address, network),
    ]
    counted = [] if is_home(network) else [cap for cap in caps if cap.most]
    async with gateway_of(request).open_streams.hold(counted):
        yield
