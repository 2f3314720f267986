"""Jobs that a newer release has sent while this one still works: dropped, and nobody waits for them in vain."""

import asyncio
from typing import Any, Final

import pytest

from shared.broker import publisher_app
from shared.jobs import AnswerTurn
from shared.vocabulary import Queue, TurnStatus
from tests.eventually import eventually
from tests.faults.hints import waiting_for_hints
from tests.faults.record import Record
from tests.processes import Desk

QUESTION: Final = "How do refunds work?"


@pytest.mark.parametrize("fragile_desk", ["production"], indirect=True)
@pytest.mark.parametrize(
    ("name", "more", "noted"),
    [("chat.answer_turn_anew", {}, "unregistered task"), (AnswerTurn.name, {"lane": "fast"}, "job_unreadable")],
    ids=["an unknown task", "an unknown field"],
)
async def test_a_job_of_a_newer_release_is_dropped_and_its_session_answered(
    fragile_desk: Desk, record: Record, name: str, more: dict[str, Any], noted: str
) -> None:
    """Fault 15: the only hint is one that the worker can't read. It stands before one that it can, in one message."""
    redis = fragile_desk.stack.redis
    async with fragile_desk.visitor() as visitor, fragile_desk.visitor() as second:
        for one in (visitor, second):
            await one.ask(QUESTION)
        for worker in fragile_desk.workers:
            worker.pause()
        await eventually(lambda: not waiting_for_hints(redis))
        posted = [await visitor.post(QUESTION), await second.post(QUESTION)]
        await eventually(lambda: redis.call("DEL", Queue.CHAT))
        jobs = [{"session_id": visitor.session_id, **more}, {"session_id": second.session_id}]
        app = publisher_app(fragile_desk.stack.settings())
        await asyncio.to_thread(app.send_task, name, kwargs={"jobs": jobs}, queue=Queue.CHAT, ignore_result=True)
        for worker in fragile_desk.workers:
            worker.resume()
        rows = await record.ended(posted, within=10)
        await eventually(lambda: any(noted in worker.news for worker in fragile_desk.workers))
    assert {(row.status, row.attempt) for row in rows} == {(TurnStatus.DONE, 1)}
    assert all(worker.alive for worker in fragile_desk.workers)
