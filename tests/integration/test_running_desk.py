"""Shows that the tests' own desk works: its processes start, answer, die and return."""

import asyncio

import pytest

from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.invariants import check_invariants, observe
from tests.processes import Desk, running
from tests.sse import check_told
from tests.stack import BRISK, Stack
from tests.stubs.llm import StubLLM
from tests.stubs.proxy import Proxy
from tests.visitor import Refused, Visitor

REFUNDS = "How do refunds work?"


async def test_a_visitor_asks_and_hears_the_answer_as_it_is_stored(desk: Desk) -> None:
    async with desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(REFUNDS)
        told = await visitor.follow(posted)
        turn = await visitor.turn(posted)
    assert turn["status"] == TurnStatus.DONE
    assert check_told(told) == {1: turn["answer"]}


async def test_without_a_model_the_documents_answer(stack: Stack) -> None:
    async with running(stack) as desk, desk.visitor() as visitor:
        turn = await visitor.ask(REFUNDS)
    assert "within 30 days" in turn["answer"]
    assert turn["citations"]


async def test_two_tabs_hear_the_same(desk: Desk) -> None:
    async with desk.visitor() as visitor:
        await visitor.open()
        async with visitor.tab() as other:
            posted = await visitor.post(REFUNDS)
            first, second = await asyncio.gather(visitor.follow(posted), other.follow(posted))
    assert first == second


async def test_a_refusal_says_its_code(desk: Desk) -> None:
    async with desk.visitor(token="fds_forged") as visitor:
        with pytest.raises(Refused) as refused:
            await visitor.session()
    assert (refused.value.status, refused.value.code) == (401, "invalid_token")


async def test_a_worker_killed_mid_answer_is_replaced_and_the_rules_hold(production_stack: Stack, llm: StubLLM) -> None:
    await observe(production_stack.database)
    async with (
        running(production_stack, workers=2, beats=1, llm=llm, **BRISK) as desk,
        desk.visitor() as visitor,
    ):
        await visitor.open()
        llm.mode = "stall"
        posted = await visitor.post(REFUNDS)
        await eventually(lambda: llm.open_responses == 1)
        llm.mode = "ok"
        for worker in desk.workers:
            worker.kill9()
        await desk.start()
        told = await visitor.follow(posted)
    assert check_told(told)[1]
    await check_invariants(production_stack.database)


async def test_a_gateway_told_to_end_does_so_and_its_successor_takes_the_same_port(local_stack: Stack) -> None:
    async with running(local_stack) as desk, desk.visitor() as visitor:
        first = await visitor.ask(REFUNDS)
        desk.gateway.sigterm()
        assert await desk.gateway.exited(within=5) in {0, -15}
        await desk.gateway.start()
        assert (await visitor.session())["turns"][0]["answer"] == first["answer"]


async def test_wherever_the_stream_is_cut_a_visitor_hears_everything_once(desk: Desk) -> None:
    with Proxy(desk.url) as proxy:
        async with Visitor(proxy.url) as visitor:
            await visitor.open()
            posted = await visitor.post(REFUNDS)
            whole = await visitor.follow(posted)
            for place in range(1, 1000, 61):
                proxy.cut_after(place, times=1)
                assert await visitor.follow(posted) == whole
    assert proxy.fired > 10
    assert check_told(whole)[1]
