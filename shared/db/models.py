"""The tables of sessions, leads and releases; with those of operators, all that there are."""

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    exists,
    literal_column,
    or_,
)

import shared.db.operator_models  # noqa: F401  (whoever wants every table finds them all in the metadata)
from shared.db.columns import UtcDateTime, document, identity, key, words
from shared.db.metadata import HASH_LENGTH, MYSQL_TABLE, metadata, moment
from shared.ids import ID_LENGTH
from shared.vocabulary import (
    OPEN_STATUSES,
    LeadStatus,
    LeadStep,
    OutboxState,
    SessionStatus,
    TurnStatus,
    UnansweredStatus,
)

LONGEST_NAME = 200
LONGEST_EMAIL = 320
LONGEST_PHONE = 16  # E.164 with its plus

sessions = Table(
    "sessions",
    metadata,
    Column("id", key(ID_LENGTH), primary_key=True),
    Column("token_hash", key(HASH_LENGTH), nullable=False, unique=True),
    Column("status", key(16), nullable=False, default=SessionStatus.ACTIVE.value),
    Column("origin", String(255)),
    Column("locale", String(35)),
    moment("created_at", nullable=False),
    moment("last_activity_at", nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
    Index(None, "status", "expires_at"),
    **MYSQL_TABLE,
)

turns = Table(
    "turns",
    metadata,
    Column("id", key(ID_LENGTH), primary_key=True),
    Column("session_id", key(ID_LENGTH), ForeignKey("sessions.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("client_message_id", identity(64), nullable=False),
    Column("body_hash", key(HASH_LENGTH), nullable=False),
    Column("question", words(), nullable=False),
    Column("status", key(16), nullable=False, default=TurnStatus.QUEUED.value),
    Column("attempt", Integer, nullable=False, default=0),
    Column("fence", Integer, nullable=False, default=0),
    Column("owner", key(64)),
    Column("lease_until", UtcDateTime()),
    Column("next_attempt_at", UtcDateTime()),
    Column("deadline_at", UtcDateTime(), nullable=False),
    Column("answer", words()),
    Column("citations", document()),
    Column("lead", document()),
    Column("kb_release", key(64)),
    Column("model", String(128)),
    Column("usage", document()),
    Column("provider", key(32)),
    Column("degraded", key(64)),
    Column("finish_reason", key(32)),
    Column("error_code", key(64)),
    Column("rating", key(8)),
    Column("rating_comment", words()),
    Column("unanswered", Integer, index=True),
    moment("created_at", nullable=False),
    Column("finished_at", UtcDateTime()),
    UniqueConstraint("session_id", "seq"),
    UniqueConstraint("session_id", "client_message_id"),
    Index(None, "status", "next_attempt_at"),
    Index(None, "status", "lease_until"),
    **MYSQL_TABLE,
)

# Spelled out, since a list of parameters would be expanded anew at every execution.
is_open = turns.c.status.in_([literal_column(f"'{status}'") for status in OPEN_STATUSES])
has_open_turn = exists().where(turns.c.session_id == sessions.c.id, is_open)

leads = Table(
    "leads",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("session_id", key(ID_LENGTH), index=True),
    Column("name", identity(LONGEST_NAME)),
    Column("email", identity(LONGEST_EMAIL), unique=True),
    Column("phone", identity(LONGEST_PHONE), unique=True),
    Column("intent_summary", words()),
    Column("status", key(16), nullable=False, default=LeadStatus.PARTIAL.value),
    Column("consent_at", UtcDateTime()),
    Column("consent_text", words()),
    Column("version", Integer, nullable=False, default=1),
    Column("summarised_seq", Integer, nullable=False, default=0),
    Column("merged_into", Integer, ForeignKey("leads.id"), index=True),
    moment("created_at", nullable=False),
    moment("updated_at", nullable=False),
    **MYSQL_TABLE,
)

lead_states = Table(
    "lead_states",
    metadata,
    Column("session_id", key(ID_LENGTH), ForeignKey("sessions.id"), primary_key=True),
    Column("current_step", key(16), nullable=False, default=LeadStep.IDLE.value),
    Column("pending", document()),
    Column("asked_count", Integer, nullable=False, default=0),
    Column("lead_id", Integer, index=True),
    Column("summary_due_at", UtcDateTime(), index=True),
    moment("updated_at", nullable=False),
    **MYSQL_TABLE,
)

lead_values = Table(
    "lead_values",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("lead_id", Integer, ForeignKey("leads.id"), nullable=False, index=True),
    Column("kind", key(16), nullable=False),
    Column("value", words(), nullable=False),
    Column("source", key(16), nullable=False),
    Column("session_id", key(ID_LENGTH), index=True),
    Column("turn_id", key(ID_LENGTH)),
    moment("created_at", nullable=False),
    Column("superseded_at", UtcDateTime()),
    Column("retracted_at", UtcDateTime()),
    **MYSQL_TABLE,
)

# Who goes by an address or a number. A merged lead keeps its keys: whoever looks follows `merged_into`.
lead_keys = Table(
    "lead_keys",
    metadata,
    Column("hash", key(HASH_LENGTH), primary_key=True),
    Column("lead_id", Integer, ForeignKey("leads.id"), index=True),
    **MYSQL_TABLE,
)

outbox = Table(
    "outbox",
    metadata,
    Column("target", key(16), primary_key=True),
    Column("object_key", key(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", key(16), nullable=False, default=OutboxState.PENDING.value),
    Column("next_attempt_at", UtcDateTime(), nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("last_error", key(64)),
    moment("created_at", nullable=False),
    Index(None, "target", "next_attempt_at"),
    **MYSQL_TABLE,
)

# One process at a time serves a target; what it must not forget when it dies is kept here, too.
mirrors = Table(
    "mirrors",
    metadata,
    Column("target", key(16), primary_key=True),
    Column("owner", key(64)),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", UtcDateTime()),
    Column("requests_left", Float),
    Column("requests_counted_at", UtcDateTime()),
    Column("breaker_error", key(64)),
    Column("breaker_until", UtcDateTime()),
    Column("breaker_trips", Integer, nullable=False, default=0),
    **MYSQL_TABLE,
)

# Questions that are alike. What was asked stands in the turns alone, whose `unanswered` names the group: a turn that is
# deleted leaves no word behind, and a group that has none left is no more.
unanswered = Table(
    "unanswered",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("status", key(16), nullable=False, default=UnansweredStatus.OPEN.value),
    Column("checked_release", key(64)),
    Column("score", Float),
    moment("created_at", nullable=False),
    Column("decided_at", UtcDateTime()),
    **MYSQL_TABLE,
)

# Who did what. It names things by their ids alone, so that erasing them leaves nothing of anybody here.

kb_releases = Table(
    "kb_releases",
    metadata,
    Column("release", key(64), primary_key=True),
    Column("is_current", Boolean, nullable=False),
    Column("built_at", key(40), nullable=False),
    Column("passages", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("embedding", words(), nullable=False),
    Column("problem", words()),
    Column("publish_error", words()),
    **MYSQL_TABLE,
)

kb_builds = Table(
    "kb_builds",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("status", key(16), nullable=False),
    Column("strict", Boolean, nullable=False),
    Column("publish", Boolean, nullable=False),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("release", key(64)),
    Column("error", words()),
    Column("problems", document()),
    Column("ordered_at", UtcDateTime(), nullable=False),
    Column("heard_at", UtcDateTime(), nullable=False),
    Column("finished_at", UtcDateTime()),
    Column("attempt", Integer, nullable=False, server_default="0"),
    **MYSQL_TABLE,
)

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    moment("started_at", nullable=False),
    Column("finished_at", UtcDateTime()),
    Column("checked", Integer, nullable=False, default=0),
    Column("added", Integer, nullable=False, default=0),
    Column("repaired", Integer, nullable=False, default=0),
    Column("duplicates", Integer, nullable=False, default=0),
    Column("unknown_rows", Integer, nullable=False, default=0),
    Column("error", key(64)),
    **MYSQL_TABLE,
)


def documents_were_asked(turn: FromClause) -> ColumnElement[bool]:
    """Return the condition of a turn, of `turns` or an alias of it, that was more than a reply to the desk."""
    return or_(turn.c.model.is_not(None), turn.c.kb_release.is_not(None))
