"""The `frontdesk` command: what an operator can do from a terminal."""

import os
import sys

import typer

from shared.errors import FrontdeskError
from workers.cli import backup, database, doctor, export, kb, keys, leads, model, selfcheck, sheets, up

app = typer.Typer(
    name="frontdesk",
    help="A self-hosted chat desk that answers from your own documents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("up")(up.up)
app.command("migrate")(database.migrate)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("doctor")(doctor.doctor)
app.command("selfcheck")(selfcheck.selfcheck)
app.add_typer(kb.app, name="kb")
app.add_typer(keys.app, name="keys")
app.add_typer(model.app, name="model")
app.add_typer(sheets.app, name="sheets")
leads.app.command("export")(export.export)
app.add_typer(leads.app, name="leads")


def main() -> None:
    """Run the command; a fault with a name is a sentence on standard error and exit code 1."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # so little to compute: threads would wait for each other longer
    try:
        app()
    except FrontdeskError as error:
        print(f"frontdesk: {error}", file=sys.stderr)  # noqa: T201  (a command speaks on the terminal)
        sys.exit(1)
