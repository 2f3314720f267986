"""`frontdesk migrate`: brings the database's tables up to date."""

import asyncio

import typer

from shared.settings import load_settings


def migrate() -> None:
    """Bring the database that DATABASE_URL names up to date."""
    from shared.db import migrations  # noqa: PLC0415  (slow to import, and `--help` should be quick)

    for applied in asyncio.run(migrations.upgrade(load_settings().database)):
        typer.echo(f"applied {applied}")
    typer.echo("The database is up to date.")
