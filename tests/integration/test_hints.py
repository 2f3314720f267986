"""Hints travel together when they have to wait, and none is forgotten on the way."""

import json
import threading
import time
from base64 import b64decode
from typing import cast

import pytest

from api.hints import HintSender
from shared.broker import ENOUGH_MESSAGES, JOBS_PER_MESSAGE, publisher_app
from shared.jobs import AnswerTurn, BuildRelease, Job
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


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_hints_go_on_after_a_mistake(production_stack: Stack) -> None:
    hints = HintSender(publisher_app(production_stack.settings()))
    hints.start()
    hints.send(cast("Job", object()))
    await eventually(lambda: "hints" not in {thread.name for thread in threading.enumerate()})
    hints.send(AnswerTurn("one"))
    await eventually(lambda: production_stack.redis.call("LLEN", Queue.CHAT) == 1)
    hints.stop()


async def test_hints_that_follow_a_message_closely_wait_for_each_other(production_stack: Stack) -> None:
    longer_than_the_machine_is_up = time.monotonic() + 3_600
    hints = HintSender(publisher_app(production_stack.settings()), gather_seconds=longer_than_the_machine_is_up)
    hints.start()
    hints.send(AnswerTurn("first"))
    await eventually(lambda: production_stack.redis.call("LLEN", Queue.CHAT) == 1)
    for n in range(5):
        hints.send(AnswerTurn(f"session {n}"))
    hints.stop()  # gives what waits for nothing but each other ample time to leave
    [message] = production_stack.redis.call("LRANGE", Queue.CHAT, 0, -1)
    assert sessions_in(message) == ["first"]


async def test_a_session_is_hinted_at_again_once_in_a_while(production_stack: Stack) -> None:
    """Everyone who waits for its answer would do so otherwise, while there are no workers."""
    hints = HintSender(publisher_app(production_stack.settings()), repeat_seconds=3_600)
    for session_id in ("one", "two") * 20:
        hints.repeat(session_id)
    hints.start()
    hints.stop()
    [message] = production_stack.redis.call("LRANGE", Queue.CHAT, 0, -1)
    assert sessions_in(message) == ["one", "two"]


async def test_a_session_that_is_still_stranded_after_a_while_is_hinted_at_once_more(production_stack: Stack) -> None:
    hints = HintSender(publisher_app(production_stack.settings()), repeat_seconds=0.01)
    hints.start()

    def hinted_twice() -> bool:
        hints.repeat("one")
        return bool(production_stack.redis.call("LLEN", Queue.CHAT) >= 2)

    await eventually(hinted_twice)
    hints.stop()


async def test_where_many_hints_wait_those_about_posts_are_added_and_none_is_repeated(production_stack: Stack) -> None:
    redis = production_stack.redis
    redis.call("RPUSH", Queue.CHAT, *["a hint"] * ENOUGH_MESSAGES)
    hints = HintSender(publisher_app(production_stack.settings()))
    hints.repeat("one")
    hints.send(AnswerTurn("two", "its turn"))
    hints.repeat("three")
    hints.start()
    hints.stop()
    assert redis.call("LLEN", Queue.CHAT) == ENOUGH_MESSAGES + 1
    assert sessions_in(redis.call("LINDEX", Queue.CHAT, 0)) == ["two"]
    assert hints.lost == 0
