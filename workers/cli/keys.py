"""`frontdesk keys`: admin keys, which open the routes for operators."""

from typing import Annotated

import typer

from shared.errors import PermanentError
from shared.ids import new_admin_key
from shared.settings import load_settings
from shared.vocabulary import Scope

Name = Annotated[str, typer.Option(help="Whose key it is, or what for.")]
Scopes = Annotated[
    list[Scope] | None, typer.Option("--scope", help="What it opens; give it again for more. [default: all]")
]
KeyId = Annotated[int, typer.Argument(help="The key's number, from `frontdesk keys list`.")]

LONGEST_NAME = 100

app = typer.Typer(help="Admin keys: made, listed, revoked.", no_args_is_help=True)


class KeyNotFound(PermanentError):
    """There is no key with this number, or it was revoked before."""

    code = "key_not_found"


@app.command()
def create(name: Name = "", scope: Scopes = None) -> None:
    """Make a key and print it, this once: only its hash is kept."""
    from workers.cli.key_changes import added  # noqa: PLC0415  (slow to import, and `--help` should be quick)
    from workers.cli.opened import with_database  # noqa: PLC0415  (as above)

    if len(name) > LONGEST_NAME:
        raise typer.BadParameter(f"A name has at most {LONGEST_NAME} characters.")
    key = new_admin_key()
    with_database(load_settings(), lambda database: added(database, name, key, scope or [Scope.ALL]))
    typer.echo(key)


@app.command("list")
def show() -> None:
    """Show the keys there are and what they open, not what they spell."""
    from workers.cli.opened import with_database  # noqa: PLC0415  (as above)

    for key in with_database(load_settings(), lambda database: database.read(lambda uow: uow.admin_keys.all())):
        used = f"used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
        state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else used
        typer.echo(f"{key.id}\t{key.created_at:%Y-%m-%d %H:%M}\t{state}\t{key.scopes}\t{key.name}")


@app.command()
def revoke(number: KeyId) -> None:
    """Let a key in no more."""
    from workers.cli.key_changes import revoked  # noqa: PLC0415  (as above)
    from workers.cli.opened import with_database  # noqa: PLC0415  (as above)

    if not with_database(load_settings(), lambda database: revoked(database, number)):
        raise KeyNotFound
    typer.echo(f"Key {number} is revoked.")
