"""The only way tests wait: for a condition, up to a deadline."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar, overload

T = TypeVar("T")

WITHIN_SECONDS: Final = 10.0
FIRST_PAUSE_SECONDS: Final = 0.002
LONGEST_PAUSE_SECONDS: Final = 0.05


class WaitedInVain(AssertionError):
    """The condition did not come true in time."""

    def __init__(self, condition: Callable[[], Any], within: float, last: object) -> None:
        super().__init__(f"not within {within:g} s: {_wording(condition)} (last value: {last!r})")


@overload
async def eventually(condition: Callable[[], Awaitable[T]], *, within: float = ...) -> T: ...
@overload
async def eventually(condition: Callable[[], T], *, within: float = ...) -> T: ...
async def eventually(condition: Callable[[], Any], *, within: float = WITHIN_SECONDS) -> Any:
    """Return the first true value of `condition`, which may be a coroutine function. Raises WaitedInVain."""
    deadline = time.monotonic() + within
    pause = FIRST_PAUSE_SECONDS
    while True:
        value = condition()
        result = await value if inspect.isawaitable(value) else value
        if result:
            return result
        if time.monotonic() >= deadline:
            raise WaitedInVain(condition, within, result)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def eventually_sync(condition: Callable[[], T], *, within: float = WITHIN_SECONDS) -> T:
    """Do as `eventually` does, where there is no event loop."""
    deadline = time.monotonic() + within
    pause = FIRST_PAUSE_SECONDS
    while not (result := condition()):
        if time.monotonic() >= deadline:
            raise WaitedInVain(condition, within, result)
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
    return result


def _wording(condition: Callable[[], Any]) -> str:
    try:
        return " ".join(inspect.getsource(condition).split())
    except (OSError, TypeError):
        return repr(condition)
