"""The gateway's application: `uvicorn api.main:app`."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from api import errors
from api.body_limit import BodyLimit
from api.gateway import opened
from api.routes import (
    admin_desk,
    admin_kb,
    admin_leads,
    admin_sheets,
    admin_unanswered,
    demo,
    events,
    health,
    leads,
    sessions,
    turns,
)
from shared import log
from shared.broker import publisher_app
from shared.errors import BrokerUnsafe, SettingsInvalid
from shared.settings import Settings, load_settings

MAX_BODY_BYTES = 16 * 1024


def create_app(settings: Settings) -> FastAPI:
    """Return the application; what it holds is opened when it starts. Raises SettingsInvalid."""
    publisher = publisher_app(settings)  # made here, where a setting that it misses can still be told in a line

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        log.configure(settings.log_level, json=settings.log_format == "json")
        try:
            async with opened(settings, publisher) as gateway:
                app.state.gateway = gateway
                yield
        except BrokerUnsafe as error:
            log.get().error("gateway_refused_to_start", reason=str(error))
            os._exit(1)  # uvicorn would bury anything gentler under a traceback

    app = FastAPI(
        title="Frontdesk",
        description="A chat desk that answers from a company's own documents.",
        lifespan=lifespan,
        redoc_url=None,
    )
    app.add_middleware(BodyLimit, most_bytes=MAX_BODY_BYTES)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Location", "Retry-After"],
    )
    errors.install(app)
    for_operators = (admin_leads, admin_sheets, admin_kb, admin_desk, admin_unanswered)
    for routes in (sessions, turns, events, leads, *for_operators, health, demo):
        app.include_router(routes.router)
    demo.mount(app)
    return app


try:
    app = create_app(load_settings())
except SettingsInvalid as error:
    sys.exit(f"frontdesk: {error}")
