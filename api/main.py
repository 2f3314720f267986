"""The gateway's application: `uvicorn api.main:app`."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from api import errors
from api.body_limit import BodyLimit
from api.gateway import opened
from api.request_log import RequestLog
from api.request_trace import RequestTrace
from api.routes import (
    admin_audit,
    admin_desk,
    admin_kb,
    admin_leads,
    admin_model,
    admin_sheets,
    admin_unanswered,
    demo,
    events,
    health,
    leads,
    metrics,
    reference,
    sessions,
    turns,
)
from api.security_headers import SecurityHeaders, of_page
from shared import log, tracing
from shared.broker import publisher_app
from shared.errors import BrokerUnsafe, SettingsInvalid
from shared.settings import Settings, load_settings

MAX_BODY_BYTES = 16 * 1024
FOR_VISITORS = (sessions, turns, events, leads, demo)
FOR_OPERATORS = (admin_leads, admin_sheets, admin_kb, admin_desk, admin_model, admin_unanswered, admin_audit)
SERVED = {"everyone": (*FOR_VISITORS, *FOR_OPERATORS), "visitors": FOR_VISITORS, "operators": FOR_OPERATORS}


def create_app(settings: Settings) -> FastAPI:
    """Return the application; what it holds is opened when it starts. Raises SettingsInvalid."""
    app = FastAPI(
        title="Frontdesk",
        description="A chat desk that answers from a company's own documents.",
        lifespan=_lifespan(settings),
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.add_middleware(BodyLimit, most_bytes=MAX_BODY_BYTES)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-ID"],
    )
    app.add_middleware(RequestLog)
    app.add_middleware(RequestTrace)
    errors.install(app)
    for routes in (*SERVED[settings.serve], health, metrics, reference):
        app.include_router(routes.router)
    if demo in SERVED[settings.serve]:
        demo.mount(app)
    reference.mount(app)
    app.add_middleware(SecurityHeaders, pages=_pages(settings), files=[demo.FILES, reference.FILES])
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    publisher = publisher_app(settings)  # made here, where a setting that it misses can still be told in a line

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        log.configure(settings.log_level, json=settings.log_format == "json")
        tracing.configure(settings, "gateway")
        try:
            async with opened(settings, publisher) as gateway:
                app.state.gateway = gateway
                yield
        except BrokerUnsafe as error:
            log.get().error("gateway_refused_to_start", reason=str(error))
            os._exit(1)  # uvicorn would bury anything gentler under a traceback
        finally:
            await asyncio.to_thread(tracing.shut_down)

    return lifespan


def _pages(settings: Settings) -> dict[str, dict[str, str]]:
    """Return what browsers are told about our pages."""
    return {"/": of_page(demo.POLICY, settings.allowed_origins), "/docs": of_page(reference.policy())}


try:
    app = create_app(load_settings())
except SettingsInvalid as error:
    sys.exit(f"frontdesk: {error}")
