"""Holds leases to what they promise the task that works under them."""

import asyncio

from shared.db.claims import Claim
from shared.db.unit_of_work import Database
from workers.adapters.leases import Leases

CLAIM = Claim("turn", "session", 1, 1, 1, "How do refunds work?", None, overdue=False, late=False, history=())


async def test_a_turn_that_is_over_can_not_be_lost() -> None:
    leases = Leases(Database.at("sqlite+aiosqlite://"), "me", lease_seconds=15, heartbeat_seconds=5)
    async with leases.hold(CLAIM) as lease:
        pass
    lease.lose()
    await asyncio.sleep(0)  # a task that is cancelled would end here
