"""The users of Redis: each may do what its process does, and nothing to the others."""

import base64
import json
import pickle
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis

from shared.vocabulary import Queue, TurnStatus
from tests.deploy.prepared import GuardedRedis, prepare
from tests.eventually import eventually
from tests.processes import ADMIN_KEY, Beat, Desk, Gateway, Worker
from tests.stack import BRISK, UNLIMITED, Parts, stack_of

BY_NOBODY = (
    ("FLUSHALL",),
    ("FLUSHDB",),
    ("CONFIG", "GET", "*"),
    ("KEYS", "*"),
    ("SCAN", "0"),
    ("SHUTDOWN",),
    ("ACL", "LIST"),
    ("MONITOR",),
    ("MODULE", "LIST"),
    ("REPLICAOF", "NO", "ONE"),
)
BY_WORKERS = (
    ("SET", "unacked", "x"),
    ("BRPOP", "chat", "1"),
    ("RPOP", "chat"),
    ("HGETALL", "unacked"),
    ("SET", "worker:mine:release", "x"),
    ("EVAL", "return 1", "0"),
)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[GuardedRedis]:
    """Give a Redis that knows its users."""
    with GuardedRedis(prepare(tmp_path / "prepared")) as server:
        yield server


@pytest.fixture
async def guarded_desk(parts: Parts, guarded: GuardedRedis, tmp_path: Path) -> AsyncIterator[Desk]:
    """Give a desk whose processes each come as the user that is theirs."""
    with stack_of(parts, "production", tmp_path, guarded) as stack:
        limits = dict.fromkeys(UNLIMITED, 1000)
        settings = {**BRISK, **limits, "admin_api_key": ADMIN_KEY, "lead_capture": True}
        as_gateway = settings | {"redis_url": guarded.url_of("gateway")}
        as_worker = settings | {"redis_url": guarded.url_of("worker")}
        desk = Desk(
            stack, None, [Gateway(stack, 1, as_gateway)], [Worker(stack, 1, as_worker)], [Beat(stack, 1, as_worker)]
        )
        try:
            await desk.start()
            yield desk
        finally:
            desk.stop()


async def test_a_desk_does_all_its_work_as_these_users(guarded_desk: Desk, guarded: GuardedRedis) -> None:
    """Fault 81: what is forbidden is nothing that the desk needs: Redis refused nobody anything."""
    async with guarded_desk.visitor() as visitor, guarded_desk.operator() as operator:
        turn = await visitor.ask("How do refunds work?")
        assert (turn["status"], bool(turn["citations"])) == (TurnStatus.DONE, True)
        told = await visitor.follow(await visitor.post("Can someone call me?"))
        assert told[-1].is_terminal
        assert (await operator.call("POST", "/v1/admin/kb/builds", json={})).status == 202
        await visitor.cancel(await visitor.post("Never mind"))
        assert (await operator.call("GET", "/readyz")).status == 200
        assert (await visitor.call("DELETE", "/v1/session")).status == 202
    await eventually(lambda: not guarded.call("LLEN", Queue.KB))
    refused = [(one["username"], one["object"]) for one in guarded.call("ACL", "LOG")]
    assert not refused


@pytest.mark.parametrize("user", ["gateway", "worker"])
def test_no_user_of_the_desk_governs_redis(guarded: GuardedRedis, user: str) -> None:
    """Fault 81: neither process can read what it does not know the name of, nor bring Redis down."""
    with redis.Redis.from_url(guarded.url_of(user)) as client:
        for command in BY_NOBODY:
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command(*command)


def test_a_gateway_can_forge_and_take_nothing_of_the_workers(guarded: GuardedRedis) -> None:
    """Fault 81: a gateway that was broken into can send jobs, which hold ids alone, and read logs it has the key of."""
    with redis.Redis.from_url(guarded.url_of("gateway")) as client:
        for command in BY_WORKERS:
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command(*command)


def test_nobody_gets_in_without_a_password(guarded: GuardedRedis) -> None:
    """Fault 81: the user that Redis comes with is off, and a wrong password is wrong."""
    for credentials in ("", "gateway:guess@", "worker:@"):
        with (
            redis.Redis.from_url(f"redis://{credentials}127.0.0.1:{guarded.port}") as client,
            pytest.raises((redis.exceptions.AuthenticationError, redis.exceptions.ResponseError)),
        ):
            client.execute_command("XRANGE", "session:1:events", "-", "+")


async def test_a_pickled_message_is_thrown_away_unread(guarded_desk: Desk, guarded: GuardedRedis) -> None:
    """Fault 81: whoever gets a message into a queue has no code run by it, and the worker goes on."""
    mark = guarded_desk.stack.data_dir / "run"
    guarded.call("LPUSH", Queue.CHAT, _forged(mark))
    await eventually(lambda: not guarded.call("LLEN", Queue.CHAT))
    async with guarded_desk.visitor() as visitor:
        assert (await visitor.ask("How do refunds work?"))["status"] == TurnStatus.DONE
    assert not mark.exists()
    assert guarded_desk.worker.alive


class _Touch:
    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self._mark,)


def _forged(mark: Path) -> str:
    """Return a message as Celery sends it, but pickled: reading it would make a file."""
    return json.dumps(
        {
            "body": base64.b64encode(pickle.dumps(_Touch(mark))).decode(),
            "content-encoding": "binary",
            "content-type": "application/x-python-serialize",
            "headers": {"lang": "py", "task": "chat.answer_turn", "id": "forged", "argsrepr": "()", "kwargsrepr": "{}"},
            "properties": {
                "correlation_id": "forged",
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": "chat"},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": "forged",
            },
        }
    )
