"""Hints travel together when they have to wait, and none is forgotten on the way."""

import json
from base64 import b64decode

from api.hints import HintSender
from shared.broker import JOBS_PER_MESSAGE, publisher_app
from shared.jobs import AnswerTurn, BuildRelease
from shared.vocabulary import Queue
from tests.eventually import eventually
from tests.stack import Stack


def sessions_in(message: str) -> list[str]:
    """Return the sessions that a message in Redis hints at."""
    _, arguments, _ = json.loads(b64decode(json.loads(message)["body"]))
    return [job["session_id"] for job in arguments["jobs"]]


async def test_hints_that_wait_share_messages_in_their_order(production_stack: Stack) -> None:
    hints = HintSender(publisher_app(production_stack.settings()))
    sessions = [f"session {n}" for n in range(JOBS_PER_MESSAGE + 5)]
    for session_id in sessions:
        hints.send(AnswerTurn(session_id))
    hints.start()
    hints.stop()
    messages = production_stack.redis.call("LRANGE", Queue.CHAT, 0, -1)[::-1]  # taken from the right
    assert [sessions_in(message) for message in messages] == [sessions[:JOBS_PER_MESSAGE], sessions[JOBS_PER_MESSAGE:]]


async def test_hints_of_other_kinds_go_to_their_own_queues(production_stack: Stack) -> None:
    hints = HintSender(publisher_app(production_stack.settings()))
    for job in (AnswerTurn("one"), BuildRelease(), AnswerTurn("two")):
        hints.send(job)
    hints.start()
    hints.stop()
    [message] = production_stack.redis.call("LRANGE", Queue.CHAT, 0, -1)
    assert sessions_in(message) == ["one", "two"]
    assert production_stack.redis.call("LLEN", Queue.KB) == 1


async def test_hints_that_no_redis_takes_are_counted(production_stack: Stack) -> None:
    settings = production_stack.settings(redis_url="redis://127.0.0.1:1/0")
    hints = HintSender(publisher_app(settings))
    for n in range(5):
        hints.send(AnswerTurn(f"session {n}"))
    hints.start()
    await eventually(lambda: hints.lost == 5)
    hints.stop()


async def test_hints_that_follow_a_message_closely_wait_for_each_other(production_stack: Stack) -> None:
    hints = HintSender(publisher_app(production_stack.settings()), gather_seconds=3_600)
    hints.start()
    hints.send(AnswerTurn("first"))
    await eventually(lambda: production_stack.redis.call("LLEN", Queue.CHAT) == 1)
    for n in range(5):
        hints.send(AnswerTurn(f"session {n}"))
    hints.stop()  # gives what waits for nothing but each other ample time to leave
    [message] = production_stack.redis.call("LRANGE", Queue.CHAT, 0, -1)
    assert sessions_in(message) == ["first"]
