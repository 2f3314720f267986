"""Wrong keys, counted by the address they came from: a few a minute, and then nobody there is listened to."""

from typing import Final

from api.addresses import network_of
from api.rates import Rate, Rates
from shared.errors import RateLimited, TooManyAttempts

MOST: Final = 5
SECONDS: Final = 60


class FailedAttempts:
    """The wrong keys of the last minute, at all gateways."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates

    async def check(self, address: str) -> None:
        """Raise TooManyAttempts for as long as too many wrong keys came from an address, right ones or not."""
        [standing] = await self._rates.look([_rate(address)])
        if standing.left <= 0:
            raise TooManyAttempts(retry_after=standing.wait)

    async def add(self, address: str) -> None:
        """Count a wrong key. Raises TooManyAttempts where it is one too many: of a flood, the others came before."""
        try:
            await self._rates.take([_rate(address)])
        except RateLimited as error:
            raise TooManyAttempts(retry_after=error.retry_after) from error


def _rate(address: str) -> Rate:
    return Rate("wrong-keys", MOST, SECONDS, network_of(address))
