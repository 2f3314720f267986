"""Spans as they leave the process: joined by a traceparent, without anybody's words, and nothing where nobody asks."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared import tracing
from shared.errors import SettingsInvalid, TurnNotFound
from shared.settings import load_settings
from tests.children import ROOT
from tests.stubs.collector import Collector, collecting

WORDS = "canary-of-a-visitor"
WITHOUT_EXPORTER = """
import sys
sys.modules["opentelemetry.exporter"] = None
from shared import tracing
from shared.settings import load_settings
tracing.configure(load_settings(), "test")
print(tracing.is_on())
"""


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    """Have this process traced."""
    async with collecting() as collector:
        tracing.configure(load_settings(otel_exporter_otlp_endpoint=f"{collector.url}/"), "test")
        try:
            yield collector
        finally:
            tracing.shut_down()


async def sent() -> None:
    await asyncio.to_thread(tracing.shut_down)


@pytest.mark.parametrize(
    ("error", "told"), [(ValueError(WORDS), "ValueError"), (TurnNotFound(WORDS), TurnNotFound.code)]
)
async def test_an_error_is_told_by_its_type_alone(collector: Collector, error: Exception, told: str) -> None:
    with pytest.raises(type(error)), tracing.span("outer"), tracing.span("inner"):
        raise error
    await sent()
    assert [(span.name, span.failed, span.attributes) for span in collector.spans] == [
        (name, True, {"error.type": told}) for name in ("inner", "outer")
    ]
    assert WORDS.encode() not in b"".join(collector.bodies)


async def test_another_process_goes_on_where_this_one_was(collector: Collector) -> None:
    with tracing.span("here"):
        named = tracing.traceparent()
    with tracing.span("there", {"known": 1, "unknown": None}, parent=named):
        pass
    await sent()
    here, there = (collector.named(name)[0] for name in ("here", "there"))
    assert (there.trace_id, there.parent_id) == (here.trace_id, here.span_id)
    assert there.attributes == {"known": 1}


@pytest.mark.parametrize("strange", ["", "00-0-0-0", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", WORDS])
async def test_a_traceparent_that_is_none_begins_a_trace(collector: Collector, strange: str) -> None:
    with tracing.span("here", parent=strange):
        pass
    await sent()
    assert [span.parent_id for span in collector.spans] == [""]


def test_without_a_collector_there_is_nothing() -> None:
    tracing.configure(load_settings(), "test")
    event: dict[str, Any] = {"event": "told"}
    with tracing.span("here", {"known": 1}) as span:
        tracing.note({"more": 2})
        tracing.happened("something")
        tracing.failed("somehow")
        assert not span.is_recording()
        assert tracing.traceparent() is None
        assert tracing.add_trace_id(None, "", event) == {"event": "told"}
    tracing.shut_down()


def test_without_its_packages_that_is_said_and_nothing_is_traced() -> None:
    env = {"PYTHONPATH": str(ROOT), "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
    ran = subprocess.run([sys.executable, "-c", WITHOUT_EXPORTER], env=env, capture_output=True, text=True, check=True)
    assert ("nothing_is_traced" in ran.stdout, ran.stdout.splitlines()[-1]) == (True, "False")


@pytest.mark.parametrize("strange", ["collector:4318", "grpc://collector:4317"])
def test_an_address_that_is_none_is_refused(strange: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"OTEL_EXPORTER_OTLP_ENDPOINT: .*https?://"):
        load_settings(otel_exporter_otlp_endpoint=strange)
