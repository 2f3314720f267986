"""Places without a counter: a turn's place is one more than the last, and sessions need not count."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

contracts: str = "next_seq, which no version since reads or writes"

COUNT = "UPDATE sessions SET next_seq = 1 + COALESCE((SELECT MAX(seq) FROM turns WHERE session_id = sessions.id), 0)"


def upgrade() -> None:
    with op.batch_alter_table("sessions") as sessions:
        sessions.drop_column("next_seq")


def downgrade() -> None:
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("next_seq", sa.Integer(), nullable=False, server_default="1"))
    op.execute(COUNT)
