"""What `frontdesk kb unanswered` shows."""

import typer

from shared.db.unit_of_work import Database
from shared.settings import Settings
from shared.vocabulary import UnansweredStatus
from workers.cli.opened import with_database


def show(settings: Settings, status: UnansweredStatus, limit: int) -> None:
    """Print questions without an answer, most often asked first."""

    async def printed(database: Database) -> None:
        groups = await database.read(lambda uow: uow.unanswered.page(status, None, limit))
        for group in groups:
            question = " ".join("".join(sign if sign.isprintable() else " " for sign in group.question).split())
            typer.echo(f"{group.count}\t{group.last_asked_at:%Y-%m-%d %H:%M}\t{question}")
        if not groups:
            typer.echo(f"No question is {status}.")

    with_database(settings, printed)
