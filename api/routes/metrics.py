"""Metrics for Prometheus: what this gateway's processes have counted, and where the whole desk stands."""

import asyncio
import hmac
import os
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from api.dependencies import UseSettings, gateway_of
from api.errors import refusals
from shared.errors import MetricsTokenInvalid
from shared.ids import hash_of

router = APIRouter(tags=["health"])

TEXT: Final = "text/plain"

_bearer = HTTPBearer(auto_error=False, scheme_name="MetricsToken", description="The setting METRICS_TOKEN.")


async def _reader(
    settings: UseSettings, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Let in whoever sends the token, or anybody where none is set. Raises MetricsTokenInvalid."""
    wanted = settings.metrics_token.get_secret_value()
    given = credentials.credentials if credentials and credentials.credentials.isascii() else ""
    if wanted and not hmac.compare_digest(hash_of(given), hash_of(wanted)):
        raise MetricsTokenInvalid


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {TEXT: {}}, "description": "Prometheus's text format."},
        **refusals(MetricsTokenInvalid.code),
    },
    dependencies=[Depends(_reader)],
)
async def read_metrics(request: Request) -> Response:
    """Return the metrics; with the database or Redis away, those that don't come from there."""
    await gateway_of(request).desk_metrics.look()
    text = await asyncio.to_thread(_exposition, gateway_of(request).desk_metrics.registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _exposition(desk: CollectorRegistry) -> bytes:
    return generate_latest(_counted()) + generate_latest(desk)


def _counted() -> CollectorRegistry:
    """Return what this process has counted, or all those together that gunicorn runs."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
