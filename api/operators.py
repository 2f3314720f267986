"""Who may do what operators do: whoever sends an admin key, and nobody by guessing one."""

import hmac
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.dependencies import gateway_of
from api.gateway import Gateway
from shared.errors import AdminKeyInvalid, AdminKeyRequired
from shared.ids import hash_of

CODES = ("admin_key_required", "invalid_admin_key", "too_many_attempts")
"""How a request without a right key may be answered."""

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="AdminKey",
    description="The setting ADMIN_API_KEY, or a key from `frontdesk keys create`.",
)


async def _operator(
    request: Request, response: Response, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Let in only with an admin key, and have no cache keep the answer.

    Raises AdminKeyRequired, AdminKeyInvalid and TooManyAttempts.
    """
    response.headers["Cache-Control"] = "no-store"
    if credentials is None:
        raise AdminKeyRequired
    gateway, address = gateway_of(request), request.client.host if request.client else ""
    gateway.failed_attempts.check(address)
    lets_in = await _lets_in(credentials.credentials, gateway)
    gateway.failed_attempts.check(address)  # others of a flood may have failed meanwhile, and a right one tells no more
    if not lets_in:
        gateway.failed_attempts.add(address)
        raise AdminKeyInvalid


async def _lets_in(key: str, gateway: Gateway) -> bool:
    if not key.isascii():
        return False
    ours = gateway.settings.admin_api_key.get_secret_value()
    if ours and hmac.compare_digest(hash_of(key), hash_of(ours)):
        return True
    return await gateway.sources.database.stepwise(lambda uow: uow.admin_keys.use(key))


Operator = Depends(_operator)
"""For a router whose routes are for operators alone."""
