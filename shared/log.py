"""Structured logs: static event names, ids, never a visitor's words."""

import logging
import sys
from typing import Final

import structlog

from shared.redaction import redact
from shared.tracing import add_trace_id

LOUD_LIBRARIES: Final = (
    "aiosqlite",
    "httpx2",
    "httpcore2",
    "openai",
    "urllib3",
    "asyncio",
    "wordllama",
    "bm25s",
    "faiss",
    "google",
    "aiobotocore",
    "botocore",
    "fsspec",
    "s3fs",
    "opentelemetry",
)
TICKING: Final = ("celery.worker.strategy", "celery.app.trace", "celery.beat")
"""Loggers with two lines for each job and one for each tick of beat: thousands an hour from an idle desk."""
OWN_WAYS: Final = {"uvicorn": True, "uvicorn.error": True, "uvicorn.access": False}
"""Loggers that would write tracebacks and addresses past us with all that is in them, and whether we write them."""


def configure(level: str = "INFO", *, json: bool = True) -> None:
    """Send our events and the libraries' to standard error, as JSON lines or as coloured text."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
        add_trace_id,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        ),
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    for name in (*LOUD_LIBRARIES, *(() if level == "DEBUG" else TICKING)):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name, wanted in OWN_WAYS.items():
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = wanted


def get() -> structlog.typing.FilteringBoundLogger:
    """Return the process's logger."""
    return structlog.get_logger()  # type: ignore[no-any-return]
