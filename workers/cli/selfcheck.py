"""`frontdesk selfcheck`: looks for rules that the database breaks."""

import typer

from shared.settings import load_settings


def selfcheck() -> None:
    """Check that what is stored of leads fits together, as after a restored backup; it changes nothing."""
    from shared.db.selfcheck import broken_rules  # noqa: PLC0415  (slow to import, and `--help` should be quick)
    from workers.cli.opened import with_database  # noqa: PLC0415  (as above)

    broken = with_database(load_settings(), broken_rules)
    for line in broken:
        typer.echo(line)
    if broken:
        raise typer.Exit(1)
    typer.echo("Every rule holds.")
