"""Holds the proxy to its word, between a Redis client and a real Redis."""

import time
from collections.abc import Iterator

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from shared.db.columns import utc_now
from shared.db.engine import create_engine
from shared.db.models import sessions
from shared.ids import new_id
from tests.eventually import eventually_sync
from tests.servers import Redis, Valkey
from tests.stack import Stack
from tests.stubs.proxy import Proxy


@pytest.fixture
def proxy(redis_server: Redis) -> Iterator[Proxy]:
    with Proxy(redis_server.url) as proxy:
        yield proxy


@pytest.fixture
def client(proxy: Proxy) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(proxy.url, socket_timeout=0.3, retry=Retry(NoBackoff(), 0)) as client:
        yield client


def test_nothing_is_changed_on_the_way(client: redis.Redis) -> None:
    large = bytes(range(256)) * 4096
    client.set("large", large)
    assert client.get("large") == large


def test_a_unix_socket_is_reached_over_tcp(valkey: Valkey) -> None:
    with Proxy(valkey.url) as proxy, redis.Redis.from_url(proxy.url) as client:
        assert client.ping()


def test_a_dropped_reply_means_that_the_request_was_carried_out(
    client: redis.Redis, proxy: Proxy, redis_server: Redis
) -> None:
    proxy.drop_reply(b"INCR")
    with pytest.raises(redis.ConnectionError):
        client.incr("n")
    assert (redis_server.call("GET", "n"), proxy.fired) == ("1", 1)
    assert client.incr("n") == 2


def test_a_dropped_request_was_never_carried_out(client: redis.Redis, proxy: Proxy, redis_server: Redis) -> None:
    proxy.drop_request(b"INCR", times=2)
    for _ in range(2):
        with pytest.raises(redis.ConnectionError):
            client.incr("n")
    assert redis_server.call("GET", "n") is None
    assert client.incr("n") == 1


@pytest.mark.parametrize("hard", [True, False])
def test_a_cut_lets_through_so_many_bytes_and_no_more(client: redis.Redis, proxy: Proxy, hard: bool) -> None:
    client.set("word", b"x" * 100)
    proxy.cut_after(50, times=1, hard=hard)
    with pytest.raises(redis.ConnectionError):
        client.get("word")
    assert client.get("word") == b"x" * 100


def test_a_black_hole_accepts_and_never_answers(client: redis.Redis, proxy: Proxy) -> None:
    client.ping()
    proxy.blackhole()
    for _ in range(2):  # the connection that stood, then a new one
        with pytest.raises(redis.TimeoutError):
            client.ping()
    proxy.heal()
    assert client.ping()


def test_a_refusing_proxy_is_reached_again_after_it_healed(client: redis.Redis, proxy: Proxy) -> None:
    client.ping()
    proxy.refuse()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    proxy.heal()
    assert client.ping()


def test_a_delay_holds_back_request_and_reply(client: redis.Redis, proxy: Proxy) -> None:
    client.ping()
    proxy.delay(0.05)
    started = time.monotonic()
    client.ping()
    assert time.monotonic() - started > 0.1


def test_a_cut_ends_every_connection_there_is(client: redis.Redis, proxy: Proxy) -> None:
    client.ping()
    assert proxy.links == 1
    proxy.cut(hard=True)
    eventually_sync(lambda: proxy.links == 0)
    assert client.ping()


def test_a_client_that_leaves_is_forgotten(client: redis.Redis, proxy: Proxy) -> None:
    client.ping()
    client.close()
    eventually_sync(lambda: proxy.links == 0)


async def test_a_commit_whose_reply_was_lost_is_a_commit(production_stack: Stack) -> None:
    values = {"id": new_id(), "token_hash": "", "expires_at": utc_now()}
    with Proxy(production_stack.database_url) as proxy:
        engine = create_engine(proxy.url)
        async with engine.connect() as connection:
            await connection.execute(insert(sessions).values(values))
            proxy.drop_reply(b"COMMIT")  # only now: aiomysql sends one as it connects, too
            with pytest.raises(DBAPIError):
                await connection.commit()
        await engine.dispose()
    async with production_stack.database.engine.connect() as connection:
        assert (await connection.execute(select(sessions.c.id))).scalar_one() == values["id"]
