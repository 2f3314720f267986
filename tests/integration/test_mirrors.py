"""The right to write to a target: one holder at a time, told apart by its fence."""

from shared.db.mirrors import Allowance, Hold
from shared.vocabulary import Breaker, Target
from tests.stack import Stack

ALLOWANCE = Allowance(per_minute=60, lease_seconds=60)


async def acquired(stack: Stack, seconds: float) -> Hold:
    hold = await stack.database.stepwise(lambda uow: uow.mirrors.acquire(Target.SHEET, "worker", seconds))
    assert hold
    return hold


async def test_who_wakes_when_its_own_process_has_taken_the_right_anew_has_it_no_more(stack: Stack) -> None:
    """Fault 59: their owner is the same, and only the fence tells that the older has been let go for dead."""
    database = stack.database
    woken, now = await acquired(stack, 0), await acquired(stack, 60)
    assert await database.stepwise(lambda uow: uow.mirrors.count_request(woken, ALLOWANCE)) is None
    await database.stepwise(lambda uow: uow.mirrors.pause(woken, "sheet_unavailable", 60))
    await database.stepwise(lambda uow: uow.mirrors.release(woken))
    assert (await database.read(lambda uow: uow.mirrors.state(Target.SHEET))).breaker is Breaker.CLOSED
    assert await database.stepwise(lambda uow: uow.mirrors.count_request(now, ALLOWANCE)) == 0
