"""Visitors who want too much: limited whatever they send, whatever Redis does, and told when to come back."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.processes import Desk, desk_on, running
from tests.servers import Redis
from tests.stack import Parts, Stack, stack_of
from tests.visitor import Refused, Visitor

A_FEW = 5
OTHER_ADDRESS = "127.0.0.2"  # of this machine too, and no proxy's as far as gateways know
LIMITS: dict[str, Any] = {"sessions_per_minute_per_address": A_FEW, "turns_per_minute_per_session": A_FEW}


@pytest.fixture
async def limited_desk(stack: Stack) -> AsyncIterator[Desk]:
    """Give a gateway with narrow limits, and nobody who answers."""
    async with running(stack, workers=0, session_max_waiting_turns=100, **LIMITS) as desk:
        yield desk


async def test_a_session_that_asks_too_often_is_told_when_to_come_back(limited_desk: Desk) -> None:
    async with limited_desk.visitor(address=OTHER_ADDRESS) as visitor:
        await visitor.open()
        left: list[str] = []
        for _ in range(A_FEW):
            reply = await visitor.call("POST", "/v1/turns", json=_question(len(left)))
            left.append(reply.headers["RateLimit"].split(";")[1])
            assert reply.headers["RateLimit-Policy"] == f'"turns";q={A_FEW};w=60'
        assert left == [f"r={n}" for n in reversed(range(A_FEW))]
        with pytest.raises(Refused) as refused:
            await visitor.post("How do refunds work?")
        assert (refused.value.status, refused.value.code) == (429, "rate_limited")
        assert 1 <= int(refused.value.headers["Retry-After"]) <= 60
        assert refused.value.headers["RateLimit"].startswith('"turns";r=0;t=')
        assert refused.value.headers["RateLimit-Policy"] == f'"turns";q={A_FEW};w=60'
        assert len((await visitor.session())["turns"]) == A_FEW


async def test_of_posts_at_once_exactly_as_many_pass_as_may(limited_desk: Desk) -> None:
    """Fault 76: fifty posts in the same moment. None slips through between looking and counting."""
    async with limited_desk.visitor(address=OTHER_ADDRESS) as visitor:
        await visitor.open()
        replies = await asyncio.gather(
            *(visitor.call("POST", "/v1/turns", json=_question(n)) for n in range(10 * A_FEW))
        )
    assert Counter(reply.status for reply in replies) == {202: A_FEW, 429: 9 * A_FEW}


async def test_two_gateways_count_together(production_stack: Stack) -> None:
    """Fault 76: whoever is refused at one gateway is refused at the other."""
    async with running(production_stack, gateways=2, workers=0, **LIMITS) as desk:
        statuses = Counter[int]()
        for n in range(2 * A_FEW):
            async with Visitor(desk.gateways[n % 2].url, address=OTHER_ADDRESS) as visitor:
                statuses[(await visitor.call("POST", "/v1/sessions")).status] += 1
    assert statuses == {201: A_FEW, 429: A_FEW}


async def test_without_redis_a_gateway_counts_for_itself(
    parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Fault 76: Redis is stopped, and before long frozen. Nobody is let in without being counted, or waits long."""
    with _desk_on_its_own_redis(parts, tmp_path_factory) as (desk, redis):
        await desk.start()
        redis.kill9()
        async with desk.visitor(address=OTHER_ADDRESS) as visitor:
            assert await _opened(visitor) == {201: A_FEW, 429: A_FEW}


async def test_a_redis_that_hangs_holds_nobody_up_for_long(
    parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Fault 7: connections stay open and nothing answers. Posts are counted here within a second."""
    with _desk_on_its_own_redis(parts, tmp_path_factory) as (desk, redis):
        await desk.start()
        async with desk.visitor(address=OTHER_ADDRESS) as visitor:
            redis.pause()
            async with asyncio.timeout(5):
                assert await _opened(visitor) == {201: A_FEW, 429: A_FEW}
            redis.resume()


async def test_nobody_gets_more_by_claiming_to_come_from_elsewhere(limited_desk: Desk) -> None:
    """Fault 75: whatever a visitor writes into the headers that proxies use, the connection's address counts."""
    claims = ("1.2.3.4", "::1", "2001:db8::1", "127.0.0.1, 9.9.9.9", "unknown", "", "'; --", "9" * 200, "1.1.1.1:80")
    names = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP")
    statuses = Counter[int]()
    for n, claim in enumerate(claims):
        headers = {name: f"for={claim}" if name == "Forwarded" else claim for name in names}
        async with Visitor(limited_desk.url, address=OTHER_ADDRESS, headers=headers | {"X-Request-ID": str(n)}) as one:
            statuses[(await one.call("POST", "/v1/sessions")).status] += 1
    assert statuses == {201: A_FEW, 429: len(claims) - A_FEW}


async def test_a_proxy_is_believed_and_its_visitors_are_told_apart(limited_desk: Desk) -> None:
    """Fault 75: uvicorn trusts 127.0.0.1 unless FORWARDED_ALLOW_IPS says otherwise, and reads from the right."""
    async with limited_desk.visitor(headers={"X-Forwarded-For": "8.8.8.8, 5.5.5.5"}) as first:
        assert await _opened(first) == {201: A_FEW, 429: A_FEW}
    async with limited_desk.visitor(headers={"X-Forwarded-For": "8.8.8.8, 6.6.6.6"}) as second:
        assert await _opened(second) == {201: A_FEW, 429: A_FEW}
    async with limited_desk.visitor(headers={"X-Forwarded-For": "7.7.7.7, 5.5.5.5"}) as first_again:
        assert await _opened(first_again) == {429: 2 * A_FEW}


async def test_the_machines_own_programs_are_not_limited(limited_desk: Desk) -> None:
    async with limited_desk.visitor() as at_home:
        assert await _opened(at_home) == {201: 2 * A_FEW}


async def test_a_thousand_addresses_of_one_network_are_one(limited_desk: Desk) -> None:
    """Fault 75: who has a /64, as every household has, does not get a limit for each of its addresses."""
    statuses = Counter[int]()
    for n in range(1000):
        async with limited_desk.visitor(headers={"X-Forwarded-For": f"2001:db8:1:2::{n:x}"}) as visitor:
            statuses[(await visitor.call("POST", "/v1/sessions")).status] += 1
    assert statuses == {201: A_FEW, 429: 1000 - A_FEW}


async def _opened(visitor: Visitor) -> Counter[int]:
    return Counter([(await visitor.call("POST", "/v1/sessions")).status for _ in range(2 * A_FEW)])


def _question(n: int) -> dict[str, str]:
    return {"message": "How do refunds work?", "client_message_id": f"message-{n}"}


@contextmanager
def _desk_on_its_own_redis(parts: Parts, folders: pytest.TempPathFactory) -> Iterator[tuple[Desk, Redis]]:
    with Redis() as redis, stack_of(parts, "production", folders.mktemp("desk"), redis) as stack:
        desk = desk_on(stack, workers=0, **LIMITS)
        try:
            yield desk, redis
        finally:
            desk.stop()
