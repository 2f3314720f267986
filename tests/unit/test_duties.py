"""What a gateway does all the time: it goes on after a mistake, and ends with the gateway."""

import asyncio

from structlog.testing import capture_logs

from api.duties import kept_up
from tests.eventually import eventually


async def test_a_duty_that_fails_is_begun_anew_and_told_of_and_ends_with_the_rest() -> None:
    begun = list[str]()
    ended = list[str]()

    async def clumsy() -> None:
        begun.append("clumsy")
        if len(begun) < 3:
            raise KeyError("anything")
        await _for_ever()

    async def careful() -> None:
        await _for_ever()

    async def _for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("")

    with capture_logs() as logs:
        async with kept_up({"clumsy": clumsy, "careful": careful}, again_seconds=0.01):
            await eventually(lambda: len(begun) == 3)
        await eventually(lambda: len(ended) == 2)
    assert [(told["event"], told["duty"], repr(told["exc_info"])) for told in logs] == [
        ("duty_failed", "clumsy", "KeyError('anything')")
    ] * 2
