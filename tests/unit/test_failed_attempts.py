"""Who sent wrong keys is not listened to for a while; everybody else is."""

import pytest

from api.addresses import network_of
from api.failed_attempts import MOST, SECONDS, FailedAttempts
from api.rates import Rates
from shared.errors import TooManyAttempts
from shared.event_log import EventLog
from tests.servers.server import LOOPBACK, free_port


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.seconds = 1020.0  # where a minute begins

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> FailedAttempts:
    """Give attempts that are counted here, since their Redis is away."""
    return FailedAttempts(Rates(EventLog(f"redis://{LOOPBACK}:{free_port()}/0", ttl_seconds=60), clock))


async def test_after_a_few_wrong_keys_an_address_is_not_listened_to_for_a_while(
    attempts: FailedAttempts, clock: Clock
) -> None:
    for _ in range(MOST):
        await attempts.check("10.0.0.1")
        await attempts.add("10.0.0.1")
        clock.seconds += 2
    with pytest.raises(TooManyAttempts) as refused:
        await attempts.check("10.0.0.1")
    assert refused.value.retry_after == SECONDS - 2 * MOST
    await attempts.check("10.0.0.2")
    clock.seconds += SECONDS + 4
    await attempts.check("10.0.0.1")
    await attempts.add("10.0.0.1")
    with pytest.raises(TooManyAttempts):  # most of those before still count
        await attempts.check("10.0.0.1")


async def test_of_wrong_keys_at_once_no_more_are_told_so(attempts: FailedAttempts) -> None:
    for _ in range(MOST):
        await attempts.add("10.0.0.1")
    with pytest.raises(TooManyAttempts):
        await attempts.add("10.0.0.1")


async def test_one_network_of_ipv6_is_one_address(attempts: FailedAttempts) -> None:
    for n in range(MOST):
        await attempts.add(f"2001:db8:1:2::{n}")
    with pytest.raises(TooManyAttempts):
        await attempts.check("2001:db8:1:2:ffff::1")
    await attempts.check("2001:db8:1:3::1")


def test_an_ipv4_address_in_ipv6_is_that_address_and_junk_is_itself() -> None:
    assert network_of("::ffff:10.0.0.1") == network_of("10.0.0.1") == "10.0.0.1"
    assert network_of("testclient") == "testclient"
    assert network_of("") == ""
