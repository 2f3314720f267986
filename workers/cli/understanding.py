"""What `frontdesk leads understand` does: reads rows, and writes what was understood in each."""

from codecs import BOM_UTF8
from collections.abc import Iterable

import msgspec
import typer

from shared.errors import PermanentError
from workers.domain.leads.reading import Asked, Decision, read


class RowInvalid(PermanentError):
    """A row is not what it should be."""

    code = "row_invalid"


class Row(msgspec.Struct):
    """A message, and what the desk had said before it."""

    text: str
    asked: Asked | None = None
    prompt: str | None = None


class Understood(msgspec.Struct):
    """What was understood of a message."""

    name: str | None
    email: str | None
    phone: str | None
    decision: Decision | None


def understand(lines: Iterable[bytes], region: str) -> None:
    """Print what each row's message holds, as soon as it is read; empty lines are no rows.

    Raises RowInvalid at the first that can't be used.
    """
    decode = msgspec.json.Decoder(Row).decode
    for number, line in enumerate(lines, 1):
        written = line.removeprefix(BOM_UTF8).strip()  # files that were saved on Windows begin with it
        if not written:
            continue
        try:
            row = decode(written)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise RowInvalid(f"line {number}: {error}") from error
        typer.echo(msgspec.json.encode(_understood(row, region)))


def _understood(row: Row, region: str) -> Understood:
    found = read(row.text, row.asked, prompt=row.prompt, region=region)
    return Understood(found.name, found.email, found.phone, found.decision)
