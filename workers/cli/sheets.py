"""`frontdesk sheets`: send leads to the Google Sheet, compare it with them, see how it is doing."""

from typing import Annotated

import typer

from shared.settings import load_settings

AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]

app = typer.Typer(
    help="Send leads to the Google Sheet, compare it with them, see how it is doing.", no_args_is_help=True
)


@app.command()
def sync(as_json: AsJson = False) -> None:
    """Send the leads that wait, now; no worker needs to run."""
    from workers.cli import mirror  # noqa: PLC0415  (slow to import, and `--help` should be quick)

    mirror.sync(load_settings(), as_json=as_json)


@app.command()
def reconcile(as_json: AsJson = False) -> None:
    """Compare the sheet with every lead and put right what differs, now; no worker needs to run."""
    from workers.cli import mirror  # noqa: PLC0415  (as above)

    mirror.reconcile(load_settings(), as_json=as_json)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show what waits, how the last comparison went, and whether Google refuses us."""
    from workers.cli import mirror  # noqa: PLC0415  (as above)

    mirror.status(load_settings(), as_json=as_json)
