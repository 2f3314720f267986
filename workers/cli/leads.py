"""`frontdesk leads`: what the desk reads in messages."""

from typing import Annotated

import typer

from shared.settings import load_settings

Messages = Annotated[
    typer.FileBinaryRead,
    typer.Argument(metavar="FILE.jsonl", help='Rows of {"text", "asked", "prompt"?}; - reads standard input.'),
]

app = typer.Typer(help="See what the desk reads in messages.", no_args_is_help=True)


@app.callback()
def leads() -> None:
    """See what the desk reads in messages."""


@app.command()
def understand(messages: Messages) -> None:
    """Print the name, email, phone and decision in each message, a line of JSON for each.

    What the desk has just asked for may be name, email, phone, offer, confirm or null; the decision is accept, decline,
    other or null.
    """
    from workers.cli import understanding  # noqa: PLC0415  (slow to import, and `--help` should be quick)

    understanding.understand(messages, load_settings().default_region)
