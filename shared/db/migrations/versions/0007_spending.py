"""What answers cost: who gave each and why, sums of what was spent, and a switch for the model."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from shared.db.columns import UtcDateTime, identity, key

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("provider", key(32)))
    op.add_column("turns", sa.Column("degraded", key(64)))
    op.create_table(
        "spending",
        sa.Column("scope", key(16), nullable=False),
        sa.Column("period", identity(64), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "period", name="pk_spending"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_table(
        "switches",
        sa.Column("name", key(32), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_switches"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )


def downgrade() -> None:
    op.drop_table("switches")
    op.drop_table("spending")
    with op.batch_alter_table("turns") as turns:
        turns.drop_column("degraded")
        turns.drop_column("provider")
