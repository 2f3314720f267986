"""Metrics tell what happened and where the desk stands, whoever is away; and they tell it to nobody else."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from tests.eventually import eventually
from tests.exposition import Exposition, exposition
from tests.integration.test_lead_form import post_form
from tests.processes import Desk, running
from tests.servers.server import LOOPBACK, free_port
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.stubs.proxy import Proxy
from tests.visitor import Visitor

REFUNDS: Final = "How do refunds work?"
IN_TIME_SECONDS: Final = 8.0  # two on a machine that has time
TOKEN: Final = "read-only"


async def of_worker(port: int) -> Exposition:
    return await exposition(f"http://{LOOPBACK}:{port}")


async def test_a_turn_is_counted_where_it_is_posted_and_where_it_is_answered(stack: Stack, llm: StubLLM) -> None:
    port = free_port()
    async with running(stack, llm=llm, metrics_port=port, lead_capture=True) as desk, desk.visitor() as visitor:
        await visitor.ask(REFUNDS)
        llm.mode = "status_500"
        await visitor.ask("Can someone call me?")
        gateway, worker = await exposition(desk.url), await of_worker(port)
    posts = {"method": "POST", "route": "/v1/turns", "status": "202"}
    assert gateway.value("frontdesk_requests_total", **posts) == 2
    assert gateway.value("frontdesk_request_seconds_count", route="/v1/turns") == 2
    assert gateway.value("frontdesk_workers") == 1
    assert gateway.value("frontdesk_database_up") == gateway.value("frontdesk_redis_up") == 1
    ended = {"status": "done", "answered_by": "model", "reason": "stop"}
    assert worker.value("frontdesk_turns_ended_total", **ended) == 1
    assert worker.value("frontdesk_turns_ended_total") == 2
    for name in ("wait", "first_words"):
        assert worker.value(f"frontdesk_turn_{name}_seconds_count") == 2
    assert 0 < worker.value("frontdesk_turn_wait_seconds_sum") < worker.value("frontdesk_turn_seconds_sum")
    assert worker.value("frontdesk_model_tokens_total", kind="completion") > 0
    assert worker.value("frontdesk_searches_total") >= 1
    assert worker.value("frontdesk_retrieval_score_count") >= 1
    assert worker.value("frontdesk_lead_steps_total", step="offered") == 1


async def test_an_answer_without_its_model_is_counted_with_the_reason(local_stack: Stack, llm: StubLLM) -> None:
    port = free_port()
    llm.mode = "status_500"
    async with running(local_stack, llm=llm, metrics_port=port) as desk, desk.visitor() as visitor:
        await visitor.ask(REFUNDS)
        worker = await of_worker(port)
    assert worker.value("frontdesk_model_failures_total", provider="primary", error="model_unavailable") == 1
    assert worker.value("frontdesk_turns_ended_total", answered_by="documents") == 1


async def test_what_waits_in_the_outbox_and_for_a_worker_is_told(stack: Stack) -> None:
    async with running(stack, workers=0, webhook_url="http://127.0.0.1:1/", webhook_secret="whs_test") as desk:
        async with desk.visitor() as visitor:
            await visitor.open()
            await visitor.post(REFUNDS)
            await post_form(visitor, email="outbox@example.com")
        told = await told_once(desk, lambda told: told.value("frontdesk_oldest_due_turn_seconds") > 2)
    assert told.value("frontdesk_open_turns", status="queued") == 1
    assert told.value("frontdesk_outbox_pending", target="webhook") == 1
    assert told.value("frontdesk_outbox_pending", target="sheet") == 1
    assert told.value("frontdesk_outbox_oldest_seconds", target="sheet") > 0
    assert told.value("frontdesk_workers") == 0


async def told_once(desk: Desk, condition: Callable[[Exposition], bool]) -> Exposition:
    """Return the metrics as soon as they tell so."""
    told: list[Exposition] = []

    async def tells_so() -> bool:
        async with asyncio.timeout(IN_TIME_SECONDS):
            told.append(await exposition(desk.url))
        return condition(told[-1])

    await eventually(tells_so, within=30)
    return told[-1]


async def test_an_open_stream_is_counted_while_it_is_open(desk: Desk) -> None:
    async with desk.visitor() as visitor:
        await visitor.open()
        before = (await exposition(desk.url)).value("frontdesk_open_streams")
        stream = visitor.session_events()
        await anext(stream)
        assert (await exposition(desk.url)).value("frontdesk_open_streams") == before + 1
        await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
    await told_once(desk, lambda told: told.value("frontdesk_open_streams") == before)


async def test_metrics_are_for_those_who_have_the_token(local_stack: Stack) -> None:
    async with running(local_stack, workers=0, metrics_token=TOKEN) as desk:
        for wrong in ("", "wrong", "\xfcn\xeffit"):
            async with Visitor(desk.url, token=wrong) as stranger:
                refused = await stranger.call("GET", "/metrics")
            assert (refused.status, refused.json["code"]) == (401, "invalid_metrics_token")
        assert (await exposition(desk.url, TOKEN)).value("frontdesk_database_up") == 1


async def test_metrics_come_in_time_and_say_who_is_away(production_stack: Stack) -> None:
    """Black holes: both connections stand, and nothing answers on them."""
    with Proxy(production_stack.database_url) as database, Proxy(production_stack.redis.url) as redis:
        urls: dict[str, Any] = {"database_url": database.url, "redis_url": redis.url}
        async with running(production_stack, workers=0, **urls) as desk:
            assert (await exposition(desk.url)).value("frontdesk_database_up") == 1
            database.blackhole()
            redis.blackhole()
            told = await told_once(desk, lambda told: told.value("frontdesk_database_up") == 0)
    assert told.value("frontdesk_redis_up") == 0
    assert "frontdesk_open_turns" not in told.names
    assert told.value("frontdesk_requests_total", route="/healthz") > 0


async def test_a_port_that_is_taken_keeps_no_worker_from_answering(local_stack: Stack) -> None:
    with Proxy(local_stack.redis.url) as somebody:
        async with running(local_stack, metrics_port=somebody.port) as desk, desk.visitor() as visitor:
            assert (await visitor.ask(REFUNDS))["status"] == "done"
            assert "metrics_port_unusable" in desk.worker.log
