"""Questions without an answer: which turns had none in the documents, and what they have in common."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from shared.db.columns import UtcDateTime, key

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "unanswered",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("status", key(16), nullable=False),
        sa.Column("checked_release", key(64)),
        sa.Column("score", sa.Float()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_unanswered"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.add_column("turns", sa.Column("unanswered", sa.Integer()))
    op.create_index("ix_turns_unanswered", "turns", ["unanswered"])


def downgrade() -> None:
    with op.batch_alter_table("turns") as turns:
        turns.drop_index("ix_turns_unanswered")
        turns.drop_column("unanswered")
    op.drop_table("unanswered")
