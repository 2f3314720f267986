"""How often each build was begun, so that one whose worker died is begun again, and not for ever."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # The default is for the builds that there are, and for those that the version before this one still orders.
    op.add_column("kb_builds", sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("kb_builds", "attempt")
