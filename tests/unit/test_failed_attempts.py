"""Who sent wrong keys is not listened to for a while; everybody else is."""

import pytest

from api.failed_attempts import ADDRESSES, MOST, SECONDS, FailedAttempts, network_of
from shared.errors import TooManyAttempts


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_after_a_few_wrong_keys_an_address_waits_out_the_rest_of_the_minute() -> None:
    clock = Clock()
    attempts = FailedAttempts(clock)
    for _ in range(MOST):
        attempts.check("10.0.0.1")
        attempts.add("10.0.0.1")
        clock.seconds += 2
    with pytest.raises(TooManyAttempts) as refused:
        attempts.check("10.0.0.1")
    assert refused.value.retry_after == SECONDS - 2 * MOST
    attempts.check("10.0.0.2")
    clock.seconds += SECONDS - 2 * MOST
    attempts.check("10.0.0.1")
    attempts.add("10.0.0.1")
    with pytest.raises(TooManyAttempts):  # the others of that minute still count
        attempts.check("10.0.0.1")


def test_one_network_of_ipv6_is_one_address() -> None:
    attempts = FailedAttempts(Clock())
    for n in range(MOST):
        attempts.add(f"2001:db8:1:2::{n}")
    with pytest.raises(TooManyAttempts):
        attempts.check("2001:db8:1:2:ffff::1")
    attempts.check("2001:db8:1:3::1")


def test_an_ipv4_address_in_ipv6_is_that_address_and_junk_is_itself() -> None:
    assert network_of("::ffff:10.0.0.1") == network_of("10.0.0.1") == "10.0.0.1"
    assert network_of("testclient") == "testclient"
    assert network_of("") == ""


def test_a_flood_from_everywhere_does_not_fill_the_memory() -> None:
    attempts = FailedAttempts(Clock())
    for n in range(2 * ADDRESSES):
        attempts.add(str(n))
    assert len(attempts._failed) == ADDRESSES  # noqa: SLF001 - nobody else can see it
