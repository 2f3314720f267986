"""The tables of what operators have and do: their keys, what was done with them, what answers cost."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table

from shared.db.columns import UtcDateTime, identity, key
from shared.db.metadata import HASH_LENGTH, MYSQL_TABLE, metadata, moment
from shared.vocabulary import Scope

LONGEST_SCOPES = 255

admin_keys = Table(
    "admin_keys",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", identity(100), nullable=False),
    Column("key_hash", key(HASH_LENGTH), nullable=False, unique=True),
    Column("scopes", key(LONGEST_SCOPES), nullable=False, server_default=Scope.ALL.value),
    moment("created_at", nullable=False),
    Column("revoked_at", UtcDateTime()),
    Column("last_used_at", UtcDateTime()),
    **MYSQL_TABLE,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    moment("at", nullable=False),
    Column("actor", key(32), nullable=False),
    Column("action", key(64), nullable=False),
    Column("object_id", key(64)),
    Column("request_id", key(64)),
    Index(None, "at"),
    **MYSQL_TABLE,
)

spending = Table(
    "spending",
    metadata,
    Column("scope", key(16), primary_key=True),
    Column("period", identity(64), primary_key=True),
    Column("tokens", BigInteger, nullable=False),
    Column("micros", BigInteger, nullable=False),
    **MYSQL_TABLE,
)

switches = Table(
    "switches",
    metadata,
    Column("name", key(32), primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("changed_at", UtcDateTime(), nullable=False),
    **MYSQL_TABLE,
)
