"""Who may do what operators do: whoever sends an admin key that opens it; and what they do is noted first."""

import hmac
import re
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.dependencies import gateway_of
from api.gateway import Gateway
from api.request_log import current_request_id
from shared.db.admin_keys import UsedKey
from shared.db.audit import Action
from shared.errors import AdminKeyInvalid, AdminKeyRequired, ScopeMissing
from shared.ids import hash_of, is_token
from shared.vocabulary import Scope

CODES: Final = ("admin_key_required", "invalid_admin_key", "too_many_attempts", "scope_missing")
"""How a request without a right key may be answered."""

BY_SETTING: Final = UsedKey(0, frozenset({Scope.ALL}))
READING: Final = frozenset({"GET", "HEAD"})
AN_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
"""What may be noted of a path: anything else in it is no id, and may be anything."""

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="AdminKey",
    description="The setting ADMIN_API_KEY, or a key from `frontdesk keys create`.",
)


async def _key_of(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> UsedKey:
    """Let in only with an admin key.

    Raises AdminKeyRequired, AdminKeyInvalid and TooManyAttempts.
    """
    if credentials is None:
        raise AdminKeyRequired
    gateway, address = gateway_of(request), request.client.host if request.client else ""
    await gateway.failed_attempts.check(address)
    used = await _used(credentials.credentials, gateway)
    await gateway.failed_attempts.check(address)  # others of a flood may have failed: a right one tells no more
    if used is None:
        if not is_token(credentials.credentials):  # a visitor at the wrong door guesses nothing
            await gateway.failed_attempts.add(address)
        raise AdminKeyInvalid
    return used


async def _used(key: str, gateway: Gateway) -> UsedKey | None:
    if not key.isascii():
        return None
    ours = gateway.settings.admin_api_key.get_secret_value()
    if ours and hmac.compare_digest(hash_of(key), hash_of(ours)):
        return BY_SETTING
    return await gateway.sources.database.stepwise(lambda uow: uow.admin_keys.use(key))


def operators(scope: Scope | None, *, reading_is_noted: bool = False) -> Any:
    """Return the dependency of routes that a key opens which has the scope, or any key when there is none.

    What changes something is noted in the audit before it is done, and reading where that is wanted.
    """

    async def let_in(request: Request, key: Annotated[UsedKey, Depends(_key_of)]) -> None:
        if scope and not key.scopes & {scope, Scope.ALL}:
            raise ScopeMissing
        if reading_is_noted or request.method not in READING:
            await gateway_of(request).sources.database.write(lambda uow: uow.audit.note(_action(request, key)))

    return Depends(let_in)


def _action(request: Request, key: UsedKey) -> Action:
    named = next(iter(request.path_params.values()), "")
    return Action(
        actor="setting" if key is BY_SETTING else f"key:{key.id}",
        action=request.scope["route"].name,
        object_id=named if AN_ID.fullmatch(named) else None,
        request_id=current_request_id(),
    )
