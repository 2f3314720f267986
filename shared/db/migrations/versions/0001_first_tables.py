"""Sessions, their turns, and the leads that come of them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.db.columns import UtcDateTime, document, identity, key, words

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def upgrade() -> None:
    _sessions()
    _turns()
    _leads()
    _lead_states()


def downgrade() -> None:
    for table in ("lead_states", "leads", "turns", "sessions"):
        op.drop_table(table)


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", key(32), nullable=False),
        sa.Column("token_hash", key(64), nullable=False),
        sa.Column("status", key(16), nullable=False),
        sa.Column("next_seq", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(255)),
        sa.Column("locale", sa.String(35)),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_activity_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
        **TABLE,
    )
    op.create_index("ix_sessions_status_expires_at", "sessions", ["status", "expires_at"])


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", key(32), nullable=False),
        sa.Column("session_id", key(32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("client_message_id", identity(64), nullable=False),
        sa.Column("body_hash", key(64), nullable=False),
        sa.Column("question", words(), nullable=False),
        sa.Column("status", key(16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("owner", key(64)),
        sa.Column("lease_until", UtcDateTime()),
        sa.Column("next_attempt_at", UtcDateTime()),
        sa.Column("deadline_at", UtcDateTime(), nullable=False),
        sa.Column("answer", words()),
        sa.Column("citations", document()),
        sa.Column("kb_release", key(64)),
        sa.Column("model", sa.String(128)),
        sa.Column("usage", document()),
        sa.Column("finish_reason", key(32)),
        sa.Column("error_code", key(64)),
        sa.Column("rating", key(8)),
        sa.Column("rating_comment", words()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_turns_session_id"),
        sa.UniqueConstraint("session_id", "seq", name="uq_turns_session_id_seq"),
        sa.UniqueConstraint("session_id", "client_message_id", name="uq_turns_session_id_client_message_id"),
        **TABLE,
    )
    op.create_index("ix_turns_status_next_attempt_at", "turns", ["status", "next_attempt_at"])
    op.create_index("ix_turns_status_lease_until", "turns", ["status", "lease_until"])


def _leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("session_id", key(32)),
        sa.Column("name", identity(200)),
        sa.Column("email", identity(320)),
        sa.Column("phone", identity(16)),
        sa.Column("intent_summary", words()),
        sa.Column("status", key(16), nullable=False),
        sa.Column("consent_at", UtcDateTime()),
        sa.Column("consent_text", words()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.Integer()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.ForeignKeyConstraint(["merged_into"], ["leads.id"], name="fk_leads_merged_into"),
        sa.UniqueConstraint("email", name="uq_leads_email"),
        sa.UniqueConstraint("phone", name="uq_leads_phone"),
        **TABLE,
    )
    op.create_index("ix_leads_session_id", "leads", ["session_id"])


def _lead_states() -> None:
    op.create_table(
        "lead_states",
        sa.Column("session_id", key(32), nullable=False),
        sa.Column("current_step", key(16), nullable=False),
        sa.Column("pending", document()),
        sa.Column("asked_count", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_lead_states"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_lead_states_session_id"),
        **TABLE,
    )
