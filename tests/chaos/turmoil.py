"""Runs a desk with everything that it needs, its visitors and the monkey, and waits until all is calm again."""

import asyncio
import itertools
import math
import random
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.chaos.guests import Guest, Notes, ask_around, leave_details
from tests.chaos.monkey import Cage, rage
from tests.chaos.verdict import broken_promises
from tests.eventually import eventually
from tests.invariants import observe
from tests.processes import Desk, Part, desk_on
from tests.servers import Redis
from tests.sheet_desk import SheetDesk, sheet_desk_on, sheet_settings
from tests.stack import BRISK, Parts, stack_of
from tests.stubs.llm import Behaviour, StubLLM
from tests.stubs.proxy import Proxy
from tests.stubs.sheets import StubSheets
from tests.talking.people import Person, person
from tests.visitor import Refused, Visitor

GATEWAYS: Final = 2
WORKERS: Final = 3
ASKING: Final = 8  # visitors at any time who ask questions
LEAVING_DETAILS: Final = 6
CALM_SECONDS: Final = 120.0
SETTINGS: Final[dict[str, Any]] = {
    **BRISK,
    "lead_capture": True,
    "turn_max_attempts": 100,  # whoever dies at a turn here does not die of it
    "flush_interval_seconds": 1,
    "sheets_requests_per_minute": 10_000,
}


@dataclass
class Report:
    """What happened, and which promises were broken."""

    seed: int
    seconds: float
    notes: Notes = field(default_factory=Notes)
    people: list[Person] = field(default_factory=list)
    moves: Counter[str] = field(default_factory=Counter)
    starts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    leads: int = 0


async def turmoil(seed: int, seconds: float, folder: Path) -> Report:
    """Make a desk, wreck it for so long under visitors, let it settle, and judge it."""
    report = Report(seed, seconds)
    with _machine_room(folder) as (cage, sheets):
        cage.luck.seed(seed)
        await observe(cage.desk.stack.database)
        async with _kept(cage.desk, report.starts):
            over = asyncio.Event()
            crowd = [asyncio.create_task(visits) for visits in _crowd(cage.desk, report, over)]
            report.moves = await rage(cage, seconds)
            over.set()
            await asyncio.gather(*crowd)
            report.leads, broken = await broken_promises(report.notes, report.people, sheets)
            report.broken += broken
        await cage.desk.stack.database.close()
    return report


@contextmanager
def _machine_room(folder: Path) -> Iterator[tuple[Cage, SheetDesk]]:
    """Give a desk that is not started yet, with a proxy before each of its stores, and its sheet."""
    parts = Parts(folder)
    behaviour = Behaviour(tokens_per_second=60.0)
    try:
        with (
            Redis() as redis,
            stack_of(parts, "production", folder, redis) as stack,
            StubLLM(behaviour) as llm,
            StubSheets() as google,
            Proxy(redis.url) as to_redis,
            Proxy(stack.database_url) as to_database,
            sheet_desk_on(stack, google) as sheets,
        ):
            by_proxy = {"redis_url": to_redis.url, "database_url": to_database.url}
            settings: dict[str, Any] = {**SETTINGS, **by_proxy, **sheet_settings(google)}
            desk = desk_on(stack, gateways=GATEWAYS, workers=WORKERS, beats=1, llm=llm, **settings)
            yield Cage(desk, to_redis, to_database, random.Random()), sheets
    finally:
        parts.close()


@asynccontextmanager
async def _kept(desk: Desk, starts: Counter[str]) -> AsyncIterator[None]:
    """Run a desk whose processes are started again whenever they end, as by any supervisor."""
    await desk.start()
    keepers = [asyncio.create_task(_keep(part, starts)) for part in desk.parts]
    try:
        yield
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        desk.stop()


async def _keep(part: Part, starts: Counter[str]) -> None:
    while True:
        await eventually(lambda: not part.alive, within=math.inf)
        starts[part.program] += 1
        with suppress(AssertionError):  # it may be killed on its way up, too
            await part.start()


def _crowd(desk: Desk, report: Report, over: asyncio.Event) -> Iterator[Coroutine[Any, Any, None]]:
    """Yield what each place in the crowd does until it is over: one visitor after the other."""
    numbers = itertools.count()
    gateways = [gateway.url for gateway in desk.gateways]

    async def place(number: int) -> None:
        luck = random.Random(f"{report.seed}/{number}")
        while not over.is_set():
            try:
                await visit(number, luck)
            except (Refused, AssertionError, TimeoutError) as error:
                report.broken.append(f"a visitor was left with {error!r}")

    async def visit(number: int, luck: random.Random) -> None:
        async with Visitor(luck.choice(gateways)) as visitor:
            guest = Guest(visitor, gateways, luck, report.notes)
            if number < ASKING:
                await ask_around(guest, luck, over)
            else:
                report.people.append(one := person(next(numbers), report.seed))
                await leave_details(guest, one, over)

    return (place(number) for number in range(ASKING + LEAVING_DETAILS))
