"""`frontdesk backup` and `frontdesk restore`: the whole database into one file, and out of it again."""

from pathlib import Path
from typing import Annotated

import typer

from shared.settings import load_settings

Into = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="The file to write, or to replace.")]
Verify = Annotated[bool, typer.Option("--verify", help="Restore it beside, too, and check what comes out.")]
From = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="What `backup` wrote.")]
Erased = Annotated[
    list[Path] | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="A gateway's log (JSON) since the backup: who was erased then is erased again. May be repeated.",
    ),
]


def backup(file: Into, verify: Verify = False) -> None:
    """Write every row of the database, as of one moment, into a file; the desk may be running."""
    from workers.cli import backing_up  # noqa: PLC0415  (slow to import, and `--help` should be quick)

    backing_up.backup(load_settings(), file, verify=verify)


def restore(file: From, erased: Erased = None) -> None:
    """Fill the empty database that DATABASE_URL names from a backup, and check that all is there and fits together."""
    from workers.cli import backing_up  # noqa: PLC0415  (as above)

    backing_up.restore(load_settings(), file, erased or [])
