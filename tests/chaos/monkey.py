"""A monkey with a seed in the machine room: it kills, freezes and cuts whatever it gets hold of."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tests.processes import Desk, Part
from tests.stubs.proxy import Proxy

CALM_SECONDS: Final = (0.3, 2.0)  # between two moves
FREEZE_SECONDS: Final = (0.3, 4.0)  # leases are shorter than the longest
AWAY_SECONDS: Final = (0.0, 1.5)


@dataclass(frozen=True, slots=True)
class Cage:
    """What the monkey gets hold of."""

    desk: Desk
    to_redis: Proxy
    to_database: Proxy
    luck: random.Random

    def anyone(self) -> Part:
        """Return any process, a worker half the time."""
        return self.luck.choice([*self.desk.workers * 2, *self.desk.gateways, *self.desk.beats])

    async def a_while(self, bounds: tuple[float, float]) -> None:
        """Let time pass."""
        await asyncio.sleep(self.luck.uniform(*bounds))


async def kill(cage: Cage) -> None:
    """Kill a process."""
    cage.anyone().kill9()


async def freeze(cage: Cage) -> None:
    """Stop a process in the middle of whatever it does, and let it go on."""
    part = cage.anyone()
    part.pause()
    await cage.a_while(FREEZE_SECONDS)
    part.resume()


async def end(cage: Cage) -> None:
    """Ask a process to end."""
    cage.anyone().sigterm()


async def end_and_kill(cage: Cage) -> None:
    """Ask a process to end, and don't wait for it."""
    part = cage.anyone()
    part.sigterm()
    await cage.a_while(AWAY_SECONDS)
    part.kill9()


async def flush_redis(cage: Cage) -> None:
    """Have Redis forget everything."""
    await asyncio.to_thread(cage.desk.stack.redis.empty)


async def restart_redis(cage: Cage) -> None:
    """Kill Redis, and start it with what it had written down."""
    cage.desk.stack.redis.kill9()
    await cage.a_while(AWAY_SECONDS)
    await asyncio.to_thread(cage.desk.stack.redis.start)


async def lose_redis(cage: Cage) -> None:
    """Put an empty Redis in its place."""
    await asyncio.to_thread(cage.desk.stack.redis.restart, empty=True)


async def kill_database(cage: Cage) -> None:
    """Kill the database, and start it."""
    cage.desk.stack.mariadb.kill9()
    await cage.a_while(AWAY_SECONDS)
    await asyncio.to_thread(cage.desk.stack.mariadb.start)


async def cut(cage: Cage) -> None:
    """Cut every connection to Redis or to the database."""
    cage.luck.choice([cage.to_redis, cage.to_database]).cut(hard=cage.luck.random() < 0.5)


async def refuse(cage: Cage) -> None:
    """Cut them, and refuse new ones for a while."""
    proxy = cage.luck.choice([cage.to_redis, cage.to_database])
    proxy.refuse()
    await cage.a_while(AWAY_SECONDS)
    proxy.heal()


async def swallow(cage: Cage) -> None:
    """Swallow whatever is sent to Redis for a while."""
    cage.to_redis.blackhole()
    await cage.a_while(FREEZE_SECONDS)
    cage.to_redis.heal()


Move = Callable[[Cage], Awaitable[None]]

MOVES: Final[dict[Move, int]] = {
    kill: 6,
    freeze: 4,
    end: 2,
    end_and_kill: 2,
    flush_redis: 2,
    restart_redis: 1,
    lose_redis: 1,
    kill_database: 1,
    cut: 3,
    refuse: 2,
    swallow: 2,
}
"""How often it does what, compared with the rest."""


async def rage(cage: Cage, seconds: float) -> Counter[str]:
    """Do one thing after the other for so long, and return how often it did which."""
    made = Counter[str]()
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        [move] = cage.luck.choices([*MOVES], [*MOVES.values()])
        made[move.__name__] += 1
        await move(cage)
        await cage.a_while(CALM_SECONDS)
    return made
