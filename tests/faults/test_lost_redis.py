"""Redis away, or back without its memory: it carries hints, and the database knows what is still to be answered."""

import asyncio
import time
from contextlib import AsyncExitStack

from shared.vocabulary import TurnStatus
from tests.faults.record import Record
from tests.processes import Desk
from tests.visitor import Posted, Visitor

VISITORS = 20
QUESTION = "How do refunds work?"


async def test_with_redis_away_every_question_is_taken_and_answered(fragile_desk: Desk, record: Record) -> None:
    """Fault 6: Redis is down. Twenty questions are accepted at once and answered meanwhile, and one more after it."""
    redis = fragile_desk.stack.redis
    async with AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(fragile_desk.visitor()) for _ in range(VISITORS)]
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        redis.kill9()
        took = await asyncio.gather(*(_posting_seconds(visitor) for visitor in visitors))
        posted = [turn for turn, _ in took]
        turns = await asyncio.gather(*(one.answer_of(turn) for one, turn in zip(visitors, posted, strict=True)))
        assert not redis.alive
        assert all(turn.created for turn in posted)
        assert max(seconds for _, seconds in took) < 5
        assert {turn["status"] for turn in turns} == {TurnStatus.DONE}
        redis.start()
        last = await visitors[0].ask(QUESTION)
    assert last["status"] == TurnStatus.DONE
    assert {row.attempt for row in await record.turns(posted)} == {1}


async def _posting_seconds(visitor: Visitor) -> tuple[Posted, float]:
    since = time.monotonic()
    posted = await visitor.post(QUESTION)
    return posted, time.monotonic() - since
