"""What may be done how often: by one address, in one session. Whoever is over a limit is told when to come back."""

from collections.abc import Iterable
from typing import Final

from fastapi import Request, Response

from api.addresses import Network, is_home
from api.dependencies import Token, UseSettings, gateway_of
from api.rates import Rate, headers_of
from shared.ids import hash_of

MINUTE: Final = 60


async def limit_opening(request: Request, response: Response, network: Network, settings: UseSettings) -> None:
    """Count a session that is opened. Raises RateLimited."""
    await _take(
        request, response, network, [Rate("sessions", settings.sessions_per_minute_per_address, MINUTE, network)]
    )


async def limit_asking(
    request: Request, response: Response, network: Network, token: Token, settings: UseSettings
) -> None:
    """Count a question, also one that was posted before. Raises RateLimited."""
    mine = Rate("turns", settings.turns_per_minute_per_session, MINUTE, hash_of(token))
    ours = Rate("turns-address", settings.turns_per_minute_per_address, MINUTE, network)
    await _take(request, response, network, [mine, ours])


async def limit_writing(request: Request, response: Response, network: Network, settings: UseSettings) -> None:
    """Count a rating, a cancelling or a contact form. Raises RateLimited."""
    await _take(request, response, network, [Rate("writes", settings.writes_per_minute_per_address, MINUTE, network)])


async def _take(request: Request, response: Response, network: str, rates: Iterable[Rate]) -> None:
    """Count, and tell what is left. Raises RateLimited."""
    limited = [rate for rate in rates if rate.most]
    if limited and not is_home(network):
        response.headers.update(headers_of(await gateway_of(request).rates.take(limited)))
