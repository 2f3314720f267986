"""What fails is let alone for a while, tried by one, and taken back once it works."""

import pytest

from tests.unit.test_failed_attempts import Clock
from workers.domain.breaker import FAILURES, LONGEST_PAUSE_SECONDS, CircuitBreaker

PAUSE = 10.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker("primary", PAUSE, clock)


def broken(breaker: CircuitBreaker) -> CircuitBreaker:
    for _ in range(FAILURES):
        assert breaker.lets_through()
        breaker.failed()
    return breaker


def test_a_few_failures_in_a_row_open_it_and_a_success_in_between_does_not(breaker: CircuitBreaker) -> None:
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.worked()
    for _ in range(FAILURES - 1):
        breaker.failed()
    assert breaker.lets_through()
    breaker.failed()
    assert not breaker.lets_through()
    assert (breaker.seconds_left, breaker.opened) == (PAUSE, True)


def test_after_the_pause_one_at_a_time_may_try(breaker: CircuitBreaker, clock: Clock) -> None:
    broken(breaker)
    clock.seconds += PAUSE
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    breaker.left()
    assert [breaker.lets_through() for _ in range(2)] == [True, False]
    breaker.worked()
    assert [breaker.lets_through() for _ in range(3)] == [True, True, True]


def test_each_pause_is_twice_as_long_up_to_a_longest(breaker: CircuitBreaker, clock: Clock) -> None:
    broken(breaker)
    pauses = []
    for _ in range(8):
        pauses.append(breaker.seconds_left)
        clock.seconds += breaker.seconds_left
        assert breaker.lets_through()
        breaker.failed()
    assert pauses == [10, 20, 40, 80, 160, 300, 300, LONGEST_PAUSE_SECONDS]


def test_what_another_process_says_is_heard_while_this_one_knows_nothing(breaker: CircuitBreaker, clock: Clock) -> None:
    breaker.hear(7)
    assert (breaker.lets_through(), breaker.opened) == (False, False)
    clock.seconds += 7
    assert [breaker.lets_through() for _ in range(2)] == [True, False]


def test_without_a_pause_it_never_opens(clock: Clock) -> None:
    breaker = broken(CircuitBreaker("primary", 0, clock))
    breaker.hear(7)
    assert breaker.lets_through()
