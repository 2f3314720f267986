"""Traces of turns, from a visitor's request to the chat model, for whoever collects them by OpenTelemetry.

Spans carry ids, names of ours and numbers, never what anybody wrote: an error is told by its type alone. Where the
settings name no collector, a span is nothing.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

import structlog
from opentelemetry import trace
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.re import parse_env_headers

from shared.errors import FrontdeskError
from shared.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

Attributes = Mapping[str, str | bool | int | float | None]

EXPORT_SECONDS: Final = 3.0  # also what the end of a process may wait for a collector that does not answer
PATH: Final = "/v1/traces"
TRACEPARENT: Final = "traceparent"
NONE: Final[Attributes] = {}

_propagator: Final = TraceContextTextMapPropagator()


class _Tracing:
    """What this process traces with."""

    tracer: Tracer | None = None
    provider: "TracerProvider | None" = None


def configure(settings: Settings, service: str) -> None:
    """Send the spans of this process to the collector that the settings name, if they do.

    Call it in the process that traces, not in one that is forked afterwards: a thread of its own sends what has ended.
    Where what is needed for it is not installed, that is logged, and visitors are answered all the same.
    """
    if not settings.otel_exporter_otlp_endpoint:
        return
    try:
        _Tracing.provider = _provider(settings, service)
    except ImportError:
        advice = "Install Frontdesk with its extra `otel`."
        structlog.get_logger().error("nothing_is_traced", setting="OTEL_EXPORTER_OTLP_ENDPOINT", advice=advice)
        return
    _Tracing.tracer = _Tracing.provider.get_tracer("frontdesk")


def is_on() -> bool:
    """Whether this process is traced."""
    return _Tracing.tracer is not None


def shut_down() -> None:
    """Send what has ended, and trace no more; blocks for a few seconds where the collector does not answer."""
    provider, _Tracing.provider, _Tracing.tracer = _Tracing.provider, None, None
    if provider:
        provider.shutdown()


@contextmanager
def span(
    name: str,
    attributes: Attributes = NONE,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
) -> Iterator[Span]:
    """Trace what the block does, under the current span or under the one that `parent`, a traceparent, names."""
    if _Tracing.tracer is None:
        yield INVALID_SPAN
        return
    context = _propagator.extract({TRACEPARENT: parent}) if parent else None
    with (
        _Tracing.tracer.start_as_current_span(
            name, context, kind, _known(attributes), record_exception=False, set_status_on_exception=False
        ) as current,
        ExitStack() as stack,
    ):
        stack.push(_told)
        yield current


def note(attributes: Attributes) -> None:
    """Add to the current span."""
    trace.get_current_span().set_attributes(_known(attributes))


def happened(event: str) -> None:
    """Note the moment of an event in the current span."""
    trace.get_current_span().add_event(event)


def failed(error: str) -> None:
    """Note that what the current span is about has failed, by the name of its error."""
    current = trace.get_current_span()
    current.set_attribute("error.type", error)
    current.set_status(Status(StatusCode.ERROR))


def traceparent() -> str | None:
    """Return what names the current span to another process, None when nothing is traced."""
    carrier = dict[str, str]()
    _propagator.inject(carrier)
    return carrier.get(TRACEPARENT)


def add_trace_id(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the trace in a log line; a processor of structlog's."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
    return event


def _told(_: object, error: BaseException | None, __: object) -> None:
    """Note by which error a span was left; ends of tasks and processes are none."""
    if isinstance(error, FrontdeskError):
        failed(error.code)
    elif isinstance(error, Exception):
        failed(type(error).__name__)


def _known(attributes: Attributes) -> dict[str, str | bool | int | float]:
    return {name: value for name, value in attributes.items() if value is not None}


def _provider(settings: Settings, service: str) -> "TracerProvider":
    # Slow to import, and not installed with every desk.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_NAMESPACE, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio  # noqa: PLC0415

    exporter = OTLPSpanExporter(
        endpoint=settings.otel_exporter_otlp_endpoint.removesuffix("/") + PATH,
        headers=parse_env_headers(settings.otel_exporter_otlp_headers.get_secret_value(), liberal=True),
        timeout=EXPORT_SECONDS,
    )
    provider = TracerProvider(
        resource=Resource.create({SERVICE_NAMESPACE: "frontdesk", SERVICE_NAME: service}),
        sampler=ParentBasedTraceIdRatio(settings.otel_traces_sampler_arg),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
