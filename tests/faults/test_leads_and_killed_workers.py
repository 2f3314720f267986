"""Workers that are killed while visitors give their details: every lead is stored, once, as it was given."""

import asyncio
import random
from typing import Final

from tests.invariants import check_invariants, observe
from tests.processes import Desk, running
from tests.stack import BRISK, Stack
from tests.talking.crowd import converse, expected_leads, stored_leads
from tests.talking.people import person

SEED: Final = 7
PEOPLE: Final = 45
AT_ONCE: Final = 15
KILLS: Final = 6


async def test_leads_survive_the_workers_that_took_them_down(production_stack: Stack) -> None:
    await observe(production_stack.database)
    people = [person(number, SEED) for number in range(PEOPLE)]
    async with running(production_stack, workers=2, beats=1, lead_capture=True, **BRISK) as desk:
        kills = asyncio.create_task(_kill_one_after_the_other(desk))
        await converse(people, desk, AT_ONCE)
        await kills
    assert await stored_leads(production_stack) == expected_leads(people)
    await check_invariants(production_stack.database)


async def _kill_one_after_the_other(desk: Desk) -> None:
    luck = random.Random(SEED)
    for _ in range(KILLS):
        await luck.choice(desk.workers).restart()
