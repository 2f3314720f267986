"""Alembic's entry: runs the history on the connection that `upgrade` hands over."""

from alembic import context
from alembic.runtime.migration import MigrationInfo
from alembic.script import Script

import shared.db.models  # noqa: F401  (makes the tables known)
from shared.db.metadata import metadata


def _remember(ctx: object, step: MigrationInfo, heads: object, run_args: object) -> None:  # noqa: ARG001
    if step.is_upgrade and isinstance(step.up_revision, Script):
        context.config.attributes["applied"].append(f"{step.up_revision_id} {step.up_revision.doc}")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=connection.dialect.name == "sqlite",
    on_version_apply=_remember,
)
with context.begin_transaction():
    context.run_migrations()
