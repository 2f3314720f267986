"""A turn is traced from the visitor's request, through the queue, to the call of the chat model."""

import json
import signal
import time
from typing import Any, Final

import pytest

from tests.eventually import eventually
from tests.processes import Desk, running
from tests.servers.server import LOOPBACK, free_port
from tests.stack import Stack
from tests.stubs.collector import Collector, Seen, collecting
from tests.stubs.llm import StubLLM
from tests.visitor import Visitor

REFUNDS: Final = "How do refunds work?"
POSTED: Final = "POST /v1/turns"
FORGED: Final = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}


def traced(collector: Collector, **more: Any) -> dict[str, Any]:
    """Return the settings that have a desk traced."""
    each = {"otel_exporter_otlp_endpoint": collector.url, "otel_bsp_schedule_delay": 200}
    return each | {"lead_capture": False, "log_format": "json"} | more


async def spans_of(collector: Collector, turn_id: str) -> dict[str, Seen]:
    """Return, by name, the spans of the trace that a turn was posted in, once it has been answered in it."""
    key = "frontdesk.turn_id"
    await eventually(
        lambda: {POSTED, "answer turn"} <= {s.name for s in collector.spans if s.attributes.get(key) == turn_id},
    )
    posted = next(span for span in collector.named(POSTED) if span.attributes[key] == turn_id)
    return {span.name: span for span in collector.spans if span.trace_id == posted.trace_id}


async def test_a_turn_is_one_trace_from_the_request_to_the_model(production_stack: Stack, llm: StubLLM) -> None:
    async with collecting() as collector, running(production_stack, llm=llm, **traced(collector)) as desk:
        turn_id = await _asked(desk, headers=FORGED)
        spans = await spans_of(collector, turn_id)
        ended = next(
            json.loads(line) for line in desk.worker.log.splitlines() if '"turn_ended"' in line and turn_id in line
        )
    chat = next(span for name, span in spans.items() if name.startswith("chat "))
    parents = {POSTED: "", "answer turn": POSTED} | dict.fromkeys(
        ("search knowledge base", chat.name, "store answer"), "answer turn"
    )
    assert spans.keys() == parents.keys()
    ids = {name: span.span_id for name, span in spans.items()} | {"": ""}
    assert {name: span.parent_id for name, span in spans.items()} == {n: ids[p] for n, p in parents.items()}
    assert [spans[name].service for name in (POSTED, "answer turn")] == ["gateway", "worker"]
    assert [spans[name].kind for name in (POSTED, "answer turn")] + [chat.kind] == ["SERVER", "CONSUMER", "CLIENT"]
    assert spans[POSTED].trace_id != FORGED["traceparent"].split("-")[1]
    assert spans[POSTED].trace_id == ended["trace_id"]
    assert not any(span.failed for span in spans.values())


async def test_spans_tell_what_operators_ask(production_stack: Stack, llm: StubLLM) -> None:
    async with collecting() as collector, running(production_stack, llm=llm, **traced(collector)) as desk:
        spans = await spans_of(collector, await _asked(desk))
    chat = next(span for name, span in spans.items() if name.startswith("chat "))
    answered, posted, search = spans["answer turn"], spans[POSTED], spans["search knowledge base"]
    assert posted.attributes["http.route"] == "/v1/turns"
    assert posted.attributes["http.response.status_code"] == 202
    assert answered.attributes["frontdesk.request_id"] == posted.attributes["frontdesk.request_id"]
    assert answered.attributes["frontdesk.session_id"] == posted.attributes["frontdesk.session_id"]
    told = ("status", "provider", "finish_reason", "attempt")
    assert [answered.attributes[f"frontdesk.{name}"] for name in told] == ["done", "primary", "stop", 1]
    assert 0 <= answered.attributes["frontdesk.waited_seconds"] < 10
    assert search.attributes["frontdesk.answerable"]
    assert search.attributes["frontdesk.passages"] == 5
    assert search.attributes["frontdesk.kb_release"]
    assert chat.attributes["gen_ai.request.model"]
    assert chat.attributes["gen_ai.usage.output_tokens"] > 0
    assert chat.events == ["first words"]
    assert answered.began_at <= search.began_at <= search.ended_at <= chat.began_at < chat.ended_at


async def test_each_try_of_a_failing_model_is_a_span_of_its_own(production_stack: Stack, llm: StubLLM) -> None:
    llm.mode = "status_500"
    async with collecting() as collector, running(production_stack, llm=llm, **traced(collector)) as desk:
        await spans_of(collector, await _asked(desk))
        tries = [span for span in collector.spans if span.kind == "CLIENT"]
        quoted = collector.named("chat offline")
        answered = collector.named("answer turn")
    assert [(span.failed, span.attributes["error.type"]) for span in tries] == [(True, "model_unavailable")] * 2
    assert [span.failed for span in (*quoted, *answered)] == [False, False]
    assert answered[0].attributes["frontdesk.degraded"] == "model_unavailable"
    assert b"Error" not in b"".join(collector.bodies)


async def test_what_the_clock_asks_is_not_traced_and_a_share_may_be(local_stack: Stack) -> None:
    settings = {"otel_traces_sampler_arg": 0, "otel_exporter_otlp_headers": "api-key=canary,tenant=desk"}
    async with collecting() as collector:
        async with running(local_stack, **traced(collector, **settings)) as desk:
            await _asked(desk)
        assert collector.spans == []
        async with running(
            local_stack, workers=0, **traced(collector, **settings | {"otel_traces_sampler_arg": 1})
        ) as desk:
            for path in ("/healthz", "/readyz", "/metrics", "/v1/session"):
                async with desk.visitor() as visitor:
                    await visitor.call("GET", path)
            desk.gateway.sigterm()
            await desk.gateway.exited()
        assert [span.name for span in collector.spans] == ["GET /v1/session"]
        assert [(one["api-key"], one["tenant"]) for one in collector.headers] == [("canary", "desk")]


@pytest.mark.parametrize("fault", ["away", "silent"])
async def test_a_collector_that_does_not_answer_holds_up_nobody(local_stack: Stack, llm: StubLLM, fault: str) -> None:
    async with collecting() as collector:
        collector.seconds = 60
        away = {} if fault == "silent" else {"otel_exporter_otlp_endpoint": f"http://{LOOPBACK}:{free_port()}"}
        async with running(local_stack, llm=llm, **traced(collector) | away) as desk:
            for _ in range(3):
                await _asked(desk)
            stopping_at = time.monotonic()
            for part in desk.parts:
                part.sigterm()
            codes = [await part.exited() for part in desk.parts]
            took = time.monotonic() - stopping_at
            logs = "".join(part.log for part in desk.parts)
    assert codes == [-signal.SIGTERM, 0]  # uvicorn ends by the signal itself
    assert took < 15
    assert "Traceback" not in logs


async def _asked(desk: Desk, **options: Any) -> str:
    """Ask as a new visitor, wait for the answer, and return the turn's id."""
    async with Visitor(desk.url, **options) as visitor:
        await visitor.open()
        turn_id: str = (await visitor.ask(REFUNDS))["turn_id"]
    return turn_id
