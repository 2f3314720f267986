"""What operators see of the knowledge base: its releases and builds."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from shared.db.columns import UtcDateTime, document, key, words

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "kb_releases",
        sa.Column("release", key(64), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("built_at", key(40), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("embedding", words(), nullable=False),
        sa.Column("problem", words()),
        sa.PrimaryKeyConstraint("release", name="pk_kb_releases"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_table(
        "kb_builds",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("status", key(16), nullable=False),
        sa.Column("strict", sa.Boolean(), nullable=False),
        sa.Column("publish", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("release", key(64)),
        sa.Column("error", words()),
        sa.Column("problems", document()),
        sa.Column("ordered_at", UtcDateTime(), nullable=False),
        sa.Column("heard_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_kb_builds"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )


def downgrade() -> None:
    op.drop_table("kb_builds")
    op.drop_table("kb_releases")
