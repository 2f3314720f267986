"""What fails is let alone for a while, tried by one, and taken back once it works."""

import pytest

from tests.unit.test_failed_attempts import Clock
from workers.domain.breaker import FAILURES, LONGEST_PAUSE_SECONDS, Attempt, CircuitBreaker

PAUSE = 10.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker("primary", PAUSE, clock)


def begun(breaker: CircuitBreaker) -> Attempt:
    attempt = breaker.attempt()
    assert attempt
    return attempt


def fail(breaker: CircuitBreaker) -> None:
    attempt = begun(breaker)
    attempt.failed()
    attempt.over()


def broken(breaker: CircuitBreaker) -> CircuitBreaker:
    for _ in range(FAILURES):
        fail(breaker)
    return breaker


def let_through(breaker: CircuitBreaker, times: int) -> list[bool]:
    """Begin attempts that don't end, and return which of them were let through."""
    return [breaker.attempt() is not None for _ in range(times)]


def test_a_few_failures_in_a_row_open_it_and_a_success_in_between_does_not(breaker: CircuitBreaker) -> None:
    for _ in range(FAILURES - 1):
        fail(breaker)
    begun(breaker).worked()
    for _ in range(FAILURES - 1):
        fail(breaker)
    fail(breaker)
    assert breaker.attempt() is None
    assert (breaker.seconds_left, breaker.opened) == (PAUSE, True)


def test_after_the_pause_one_at_a_time_may_try(breaker: CircuitBreaker, clock: Clock) -> None:
    broken(breaker)
    clock.seconds += PAUSE
    first = begun(breaker)
    assert let_through(breaker, 2) == [False, False]
    first.over()
    second = begun(breaker)
    assert let_through(breaker, 1) == [False]
    second.worked()
    assert let_through(breaker, 3) == [True, True, True]


@pytest.mark.parametrize("how", ["leaves", "fails"])
def test_one_that_began_before_it_opened_gives_nobody_the_place_of_the_one_that_tries(
    breaker: CircuitBreaker, clock: Clock, how: str
) -> None:
    old = begun(breaker)
    broken(breaker)
    clock.seconds += PAUSE
    begun(breaker)
    if how == "fails":
        old.failed()
    old.over()
    assert breaker.attempt() is None
    assert breaker.seconds_left == 0  # what failed long ago lengthens no pause


def test_one_that_began_before_it_opened_and_worked_closes_it(breaker: CircuitBreaker) -> None:
    old = begun(breaker)
    broken(breaker)
    old.worked()
    assert let_through(breaker, 2) == [True, True]


def test_each_pause_is_twice_as_long_up_to_a_longest(breaker: CircuitBreaker, clock: Clock) -> None:
    broken(breaker)
    pauses = []
    for _ in range(8):
        pauses.append(breaker.seconds_left)
        clock.seconds += breaker.seconds_left
        fail(breaker)
    assert pauses == [10, 20, 40, 80, 160, 300, 300, LONGEST_PAUSE_SECONDS]


def test_what_another_process_says_is_heard_while_this_one_knows_nothing(breaker: CircuitBreaker, clock: Clock) -> None:
    breaker.hear(7)
    assert (breaker.attempt(), breaker.opened) == (None, False)
    clock.seconds += 7
    assert let_through(breaker, 2) == [True, False]


def test_without_a_pause_it_never_opens(clock: Clock) -> None:
    breaker = broken(CircuitBreaker("primary", 0, clock))
    breaker.hear(7)
    assert breaker.attempt()
