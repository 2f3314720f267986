"""What routes ask for by type."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from structlog.contextvars import bind_contextvars

from api.following import Sources
from api.gateway import Gateway
from shared.db.sessions import Session
from shared.db.unit_of_work import Database
from shared.errors import SessionNotFound
from shared.settings import Settings

_bearer = HTTPBearer(auto_error=False, description="The session's token, from `POST /v1/sessions`.")


# Plain functions would each cost a trip to a thread.


def gateway_of(request: Request) -> Gateway:
    """Return what the process holds open."""
    gateway: Gateway = request.app.state.gateway
    return gateway


async def _gateway(request: Request) -> Gateway:
    return gateway_of(request)


async def _sources(request: Request) -> Sources:
    return gateway_of(request).sources


async def _settings(request: Request) -> Settings:
    return gateway_of(request).settings


async def _database(request: Request) -> Database:
    return gateway_of(request).sources.database


async def _token(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str:
    if credentials is None or not credentials.credentials.isascii():
        raise SessionNotFound
    return credentials.credentials


async def _visitor(request: Request, token: Annotated[str, Depends(_token)]) -> Session:
    session = await gateway_of(request).sources.database.read(lambda uow: uow.sessions.find(token))
    if session is None:
        raise SessionNotFound
    bind_contextvars(session_id=session.id)
    return session


Token = Annotated[str, Depends(_token)]
Visitor = Annotated[Session, Depends(_visitor)]
"""The session whose token came with the request; a session is never named by anything else."""
UseSources = Annotated[Sources, Depends(_sources)]
UseSettings = Annotated[Settings, Depends(_settings)]
UseDatabase = Annotated[Database, Depends(_database)]
UseGateway = Annotated[Gateway, Depends(_gateway)]
