"""`frontdesk model`: whether the chat model may be asked at all."""

import typer

from shared.settings import load_settings

app = typer.Typer(help="Switch the chat model off and on, for every worker.", no_args_is_help=True)


@app.command()
def off() -> None:
    """Ask no model any more: within seconds, every worker quotes the documents instead."""
    _switch(on=False)


@app.command()
def on() -> None:
    """Ask the model again."""
    _switch(on=True)


@app.command()
def status() -> None:
    """Say whether the model is on, and what answers have cost today and this month, since there are budgets."""
    from datetime import UTC, datetime  # noqa: PLC0415  (slow to import, and `--help` should be quick)

    from shared.db.spending import MILLION, periods  # noqa: PLC0415  (as above)
    from workers.cli.opened import with_database  # noqa: PLC0415  (as above)

    settings, now = load_settings(), periods(datetime.now(UTC))
    is_on = with_database(settings, lambda database: database.read(lambda uow: uow.spending.model_is_on()))
    spent = with_database(settings, lambda database: database.read(lambda uow: uow.spending.of(now)))
    typer.echo("The model is on." if is_on else "The model is off: the documents are quoted.")
    for scope, period in now:
        tokens, micros = spent.get((scope, period), (0, 0))
        typer.echo(f"{scope}\t{period}\t{tokens} tokens\t{micros / MILLION:.2f}")


def _switch(*, on: bool) -> None:
    from workers.cli.opened import with_database  # noqa: PLC0415  (as above)

    with_database(load_settings(), lambda database: database.write(lambda uow: uow.spending.switch_model(on=on)))
    typer.echo("The model is on." if on else "The model is off: the documents are quoted.")
