"""`frontdesk doctor`: checks every setting and connection, and says what to do."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")]
Deep = Annotated[bool, typer.Option("--deep", help="Ask the model a question, too, which costs a few tokens.")]


def doctor(as_json: AsJson = False, deep: Deep = False) -> None:
    """Check every setting and connection, and say what to do; exit code 1 when something is wrong."""
    from workers.cli import examining  # noqa: PLC0415  (slow to import, and `--help` should be quick)

    examining.examination(as_json=as_json, deep=deep)
