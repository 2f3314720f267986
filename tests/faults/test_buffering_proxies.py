"""Proxies between a visitor and the gateway: words come as they are said, or the page finds another way."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Final

import pytest

from shared.vocabulary import OPEN_STATUSES
from tests.deploy.proxied import as_it_comes, sample_proxy
from tests.processes import Desk, running
from tests.servers.nginx import Nginx
from tests.stack import Stack
from tests.stubs.holding_back import holding_back
from tests.stubs.llm import StubLLM
from tests.visitor import Visitor

SECONDS: Final = 4.0  # that the answer takes
WORDS_A_SECOND: Final = 20


@pytest.fixture
async def slow_desk(production_stack: Stack) -> AsyncIterator[Desk]:
    """Give a desk whose model takes seconds to say an answer."""
    with StubLLM() as llm:
        llm.behaviour.tokens_per_second = WORDS_A_SECOND
        llm.behaviour.tokens = int(SECONDS * WORDS_A_SECOND)
        async with running(production_stack, llm=llm) as desk:
            yield desk


@pytest.fixture(params=[as_it_comes, sample_proxy])
def proxy(request: pytest.FixtureRequest, slow_desk: Desk) -> Iterator[Nginx]:
    """Give an nginx in front of the desk, which buffers unless it is told not to."""
    ports = [slow_desk.gateway.port]
    with request.param(ports) as nginx:
        yield nginx


async def test_words_pass_a_proxy_as_they_are_said(proxy: Nginx) -> None:
    """Fault 36: nginx with its defaults in between, and nginx with our sample."""
    async with Visitor(proxy.url) as visitor:
        await visitor.open()
        posted = await visitor.post("How do refunds work?")
        began = time.monotonic()
        heard = [time.monotonic() - began async for event in visitor.events(posted) if event.event == "delta"]
    assert heard[-1] - heard[0] > SECONDS / 2
    assert len(heard) > WORDS_A_SECOND / 2


async def test_a_proxy_that_holds_streams_back_lets_polls_through(slow_desk: Desk) -> None:
    """Fault 36: what the page falls back to, where a proxy keeps streams to itself whatever we ask."""
    async with holding_back(slow_desk.url) as url, Visitor(url) as visitor:
        await visitor.open()
        posted = await visitor.post("How do refunds work?")
        began, heard, after = time.monotonic(), list[float](), ""
        while (turn := await visitor.turn(posted, after=after, wait=5))["status"] in OPEN_STATUSES:
            after = turn["last_event_id"] or ""
            heard += [time.monotonic() - began for event in turn["events"] if event["event"] == "delta"]
    assert heard[-1] - heard[0] > SECONDS / 2
    assert len(heard) > WORDS_A_SECOND / 2
