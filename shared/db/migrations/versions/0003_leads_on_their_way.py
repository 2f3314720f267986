"""Leads on their way: every value ever given, who it belongs to, and what still has to reach the sheet."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.db.columns import UtcDateTime, key, words

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def upgrade() -> None:
    op.add_column("leads", sa.Column("summarised_seq", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_leads_merged_into", "leads", ["merged_into"])
    op.add_column("lead_states", sa.Column("lead_id", sa.Integer()))
    op.create_index("ix_lead_states_lead_id", "lead_states", ["lead_id"])
    _lead_values()
    _lead_keys()
    _outbox()
    _mirrors()
    _reconciliations()


def downgrade() -> None:
    for table in ("reconciliations", "mirrors", "outbox", "lead_keys", "lead_values"):
        op.drop_table(table)
    with op.batch_alter_table("lead_states") as states:
        states.drop_index("ix_lead_states_lead_id")
        states.drop_column("lead_id")
    with op.batch_alter_table("leads") as leads:
        leads.drop_constraint("fk_leads_merged_into", type_="foreignkey")  # MySQL keeps an index that one needs
        leads.drop_index("ix_leads_merged_into")
        leads.create_foreign_key("fk_leads_merged_into", "leads", ["merged_into"], ["id"])
        leads.drop_column("summarised_seq")


def _lead_values() -> None:
    op.create_table(
        "lead_values",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("kind", key(16), nullable=False),
        sa.Column("value", words(), nullable=False),
        sa.Column("source", key(16), nullable=False),
        sa.Column("session_id", key(32)),
        sa.Column("turn_id", key(32)),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("superseded_at", UtcDateTime()),
        sa.Column("retracted_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_lead_values"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_values_lead_id"),
        **TABLE,
    )
    op.create_index("ix_lead_values_lead_id", "lead_values", ["lead_id"])
    op.create_index("ix_lead_values_session_id", "lead_values", ["session_id"])


def _lead_keys() -> None:
    op.create_table(
        "lead_keys",
        sa.Column("hash", key(64), nullable=False),
        sa.Column("lead_id", sa.Integer()),
        sa.PrimaryKeyConstraint("hash", name="pk_lead_keys"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_keys_lead_id"),
        **TABLE,
    )
    op.create_index("ix_lead_keys_lead_id", "lead_keys", ["lead_id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("target", key(16), nullable=False),
        sa.Column("object_key", key(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", key(16), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("last_error", key(64)),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("target", "object_key", name="pk_outbox"),
        **TABLE,
    )
    op.create_index("ix_outbox_target_next_attempt_at", "outbox", ["target", "next_attempt_at"])


def _mirrors() -> None:
    op.create_table(
        "mirrors",
        sa.Column("target", key(16), nullable=False),
        sa.Column("owner", key(64)),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime()),
        sa.Column("requests_left", sa.Float()),
        sa.Column("requests_counted_at", UtcDateTime()),
        sa.Column("breaker_error", key(64)),
        sa.Column("breaker_until", UtcDateTime()),
        sa.Column("breaker_trips", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("target", name="pk_mirrors"),
        **TABLE,
    )


def _reconciliations() -> None:
    counts = ("checked", "added", "repaired", "duplicates", "unknown_rows")
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime()),
        *(sa.Column(count, sa.Integer(), nullable=False) for count in counts),
        sa.Column("error", key(64)),
        sa.PrimaryKeyConstraint("id", name="pk_reconciliations"),
        **TABLE,
    )
