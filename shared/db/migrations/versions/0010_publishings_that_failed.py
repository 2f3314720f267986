"""Why the last order to publish a release came to nothing, for operators who gave it from afar."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from shared.db.columns import words

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("kb_releases", sa.Column("publish_error", words()))


def downgrade() -> None:
    op.drop_column("kb_releases", "publish_error")
