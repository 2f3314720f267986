"""`frontdesk leads export`: every lead as a CSV file."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from shared.settings import load_settings

Output = Annotated[
    Path | None, typer.Option("--output", "-o", dir_okay=False, help="The file to write. [default: standard output]")
]


def export(output: Output = None) -> None:
    """Write all leads as CSV, newest first, in which no cell is a formula."""
    from shared import lead_csv  # noqa: PLC0415  (slow to import, and `--help` should be quick)
    from shared.db.audit import Action  # noqa: PLC0415  (as above)
    from shared.db.unit_of_work import Database  # noqa: PLC0415  (as above)
    from workers.cli.opened import with_database  # noqa: PLC0415  (as above)

    async def written(database: Database) -> None:
        await database.write(lambda uow: uow.audit.note(Action("cli", "export_leads")))
        with _opened(output) as file:
            async for piece in lead_csv.exported(database):
                file.write(piece)

    with_database(load_settings(), written)


def _opened(output: Path | None) -> AbstractContextManager[BinaryIO]:
    if output is None:
        return nullcontext(sys.stdout.buffer)
    try:
        return output.open("wb")
    except OSError as error:
        raise typer.BadParameter(f"{output} can't be written: {error.strerror}.") from error
