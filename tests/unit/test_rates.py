"""What happens too often is refused, for as long as it takes and no longer; with Redis away, here."""

import pytest

from api.rates import Rate, Rates
from shared.errors import RateLimited
from shared.event_log import EventLog
from tests.servers.server import LOOPBACK, free_port
from tests.unit.test_failed_attempts import Clock

A_FEW = Rate("few", 5, 60, "a")
MORE = Rate("more", 8, 60, "b")


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.seconds = 600.0  # where a window begins
    return clock


@pytest.fixture
def rates(clock: Clock) -> Rates:
    """Give rates whose Redis is away."""
    return Rates(EventLog(f"redis://{LOOPBACK}:{free_port()}/0", ttl_seconds=60), clock)


async def taken(rates: Rates, *wanted: Rate) -> int:
    """Take until it is refused; return how often it went well."""
    for n in range(100):
        try:
            await rates.take(wanted)
        except RateLimited:
            return n
    return 100


async def test_so_many_pass_and_no_more(rates: Rates) -> None:
    assert [(await rates.take([A_FEW]))[0].left for _ in range(5)] == [4, 3, 2, 1, 0]
    with pytest.raises(RateLimited) as refused:
        await rates.take([A_FEW])
    assert refused.value.retry_after == 60
    assert await taken(rates, Rate("few", 5, 60, "somebody else")) == 5


async def test_what_was_refused_is_not_counted(rates: Rates) -> None:
    assert await taken(rates, A_FEW, MORE) == 5
    assert await taken(rates, A_FEW, MORE) == 0
    assert await taken(rates, MORE) == 3


async def test_the_window_before_fades_out(rates: Rates, clock: Clock) -> None:
    assert await taken(rates, A_FEW) == 5
    clock.seconds += 60
    assert await taken(rates, A_FEW) == 0
    clock.seconds += 30
    assert await taken(rates, A_FEW) == 2
    clock.seconds += 90
    assert await taken(rates, A_FEW) == 5
