"""Ids and session tokens: server-minted, unguessable where it matters."""

import hashlib
import secrets
import time

ID_LENGTH = 32
TOKEN_PREFIX = "fds_"  # noqa: S105  (lets secret scanners recognise a leaked token)
TOKEN_LENGTH = 47
ADMIN_KEY_PREFIX = "fdk_"


def new_id() -> str:
    """Return 32 hexadecimal digits: 48 bits of milliseconds, then 80 random ones, so that rows append in key order."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def is_id(text: str) -> bool:
    """Tell whether the text could be an id of ours."""
    return len(text) == ID_LENGTH and text.isascii()


def new_token() -> str:
    """Return a session token of 256 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Tell whether the text could be a session token of ours."""
    return len(text) == TOKEN_LENGTH and text.startswith(TOKEN_PREFIX)


def new_admin_key() -> str:
    """Return an admin key of 256 random bits."""
    return ADMIN_KEY_PREFIX + secrets.token_urlsafe(32)


def hash_of(text: str) -> str:
    """Return the SHA-256 of `text` as 64 hexadecimal digits; tokens are stored only so."""
    return hashlib.sha256(text.encode()).hexdigest()
