"""`frontdesk up`: the whole desk on one computer."""

from pathlib import Path
from typing import Annotated

import typer

from shared.settings import load_settings

Port = Annotated[int, typer.Option(min=1, max=65535, help="Where the desk listens.")]
Host = Annotated[str, typer.Option(help="The address it listens at; 0.0.0.0 opens it to your network.")]
DataDir = Annotated[
    Path | None, typer.Option(file_okay=False, help="Where conversations are kept. [default: DATA_DIR]")
]
Documents = Annotated[
    Path | None,
    typer.Option("--kb", exists=True, file_okay=False, help="Your documents. [default: KB_DIR]"),
]


def up(port: Port = 8000, host: Host = "127.0.0.1", data_dir: DataDir = None, kb: Documents = None) -> None:
    """Run everything the desk needs on this computer, until Ctrl-C."""
    from workers.local.desk import run  # noqa: PLC0415  (slow to import, and `--help` should be quick)

    chosen = {"data_dir": data_dir, "kb_dir": kb}
    run(load_settings(**{name: path for name, path in chosen.items() if path}), host, port)
