"""Service accounts and their tokens: the part of Google's OAuth that a service account needs."""

import base64
import binascii
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.stubs.sheets_clock import StubClock
from tests.stubs.sheets_errors import lacking_scope, unauthenticated

GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE: Final = "https://oauth2.googleapis.com/token"  # as Google's libraries sign it, wherever they send it
EMAIL: Final = "frontdesk@stub-project.iam.gserviceaccount.com"
KEY_BITS: Final = 2048
LONGEST_CLAIM_SECONDS: Final = 3600
SKEW_SECONDS: Final = 300


class BadGrant(Exception):
    """An assertion that gets no token; its words are `error: description`."""


@dataclass(frozen=True, slots=True)
class Token:
    """What an access token stands for."""

    user: str
    scopes: frozenset[str]
    ends_at: float


@cache
def private_key() -> rsa.RSAPrivateKey:
    """Return the key of all accounts, made when it is first asked for and kept in memory alone."""
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def key_id(email: str) -> str:
    """Return the id of an account's key."""
    digest = hashes.Hash(hashes.SHA1())  # noqa: S303 - a name for a key, no proof of anything
    digest.update(email.encode())
    return digest.finalize().hex()


class Accounts:
    """Who may ask for tokens, and the tokens given."""

    def __init__(self, clock: StubClock, token_seconds: Callable[[], int]) -> None:
        self._clock, self._token_seconds = clock, token_seconds
        self.revoked = False
        self._known: set[str] = set()
        self._tokens: dict[str, Token] = {}

    def info(self, base_url: str, email: str = EMAIL) -> dict[str, str]:
        """Return what the file of a service account's key holds, its token_uri on this server."""
        self._known.add(email)
        pem = private_key().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": "stub-project",
            "private_key_id": key_id(email),
            "private_key": pem.decode(),
            "client_email": email,
            "client_id": "100000000000000000001",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": f"{base_url}/token",
            "universe_domain": "googleapis.com",
        }

    def grant(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Return a token for a signed assertion; raise BadGrant when anything about it is wrong."""
        if form.get("grant_type") != GRANT:
            raise BadGrant("unsupported_grant_type: Invalid grant_type")
        claims = self._verified(form.get("assertion", ""))
        _must_be_timely(claims)
        if claims.get("aud") != AUDIENCE:
            raise BadGrant("invalid_grant: Invalid JWT: Failed audience check.")
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not scopes:
            raise BadGrant("invalid_scope: Invalid OAuth scope or ID token audience provided.")
        lasts, name = self._token_seconds(), f"ya29.stub-{secrets.token_urlsafe(24)}"
        self._tokens[name] = Token(claims["iss"], scopes, self._clock.now() + lasts)
        return {"access_token": name, "expires_in": lasts, "token_type": "Bearer"}

    def user(self, headers: Mapping[str, str], scopes: tuple[str, ...]) -> str:
        """Return whose request it is; raise Refused when its token is missing, unknown, over or for something else."""
        scheme, _, name = headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not name:
            raise unauthenticated("CREDENTIALS_MISSING")
        token = self._tokens.get(name)
        if token is None or token.ends_at <= self._clock.now():
            raise unauthenticated("ACCESS_TOKEN_EXPIRED" if token else "ACCESS_TOKEN_TYPE_UNSUPPORTED")
        if token.scopes.isdisjoint(scopes):
            raise lacking_scope()
        return token.user

    def forget_tokens(self) -> None:
        """Make every token given so far worth nothing."""
        self._tokens.clear()

    def _verified(self, assertion: str) -> dict[str, Any]:
        signed, _, signature = assertion.rpartition(".")
        head, _, body = signed.partition(".")
        header, claims = _part(head), _part(body)
        if header.get("alg") != "RS256" or header.get("typ") != "JWT":
            raise BadGrant("invalid_grant: Bad Request")
        email = claims.get("iss")
        if email not in self._known:
            raise BadGrant("invalid_grant: Invalid grant: account not found")
        if self.revoked or header.get("kid") != key_id(email):
            raise BadGrant("invalid_grant: Invalid JWT Signature.")
        try:
            public = private_key().public_key()
            public.verify(_unpadded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise BadGrant("invalid_grant: Invalid JWT Signature.") from error
        return claims


def _must_be_timely(claims: dict[str, Any]) -> None:
    issued, ends, now = claims.get("iat"), claims.get("exp"), time.time()
    timely = (
        isinstance(issued, int)
        and isinstance(ends, int)
        and issued <= now + SKEW_SECONDS
        and now < ends <= issued + LONGEST_CLAIM_SECONDS
    )
    if not timely:
        raise BadGrant(
            "invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
            "Check your iat and exp values in the JWT claim."
        )


def _part(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_unpadded(text), type=dict[str, Any])
    except (msgspec.DecodeError, BadGrant) as error:
        raise BadGrant("invalid_grant: Bad Request") from error


def _unpadded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadGrant("invalid_grant: Bad Request") from error
