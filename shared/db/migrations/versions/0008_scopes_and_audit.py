"""What each key for operators opens, and what was done with them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from shared.db.columns import UtcDateTime, key

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # The default is for the keys that there are, and for those that the version before this one still makes.
    op.add_column("admin_keys", sa.Column("scopes", key(255), nullable=False, server_default="all"))
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", key(32), nullable=False),
        sa.Column("action", key(64), nullable=False),
        sa.Column("object_id", key(64)),
        sa.Column("request_id", key(64)),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    op.drop_table("audit")
    op.drop_column("admin_keys", "scopes")
