"""Field masks: which parts of an answer a request wants."""

import re
from typing import Any, Final

from tests.stubs.sheets_errors import Refused, invalid_field
from tests.stubs.sheets_shapes import TYPES

Mask = dict[str, "Mask"]

TOKENS: Final = re.compile(r"\s*([\w*]+|[,()./])\s*")


def parse(text: str, kind: str) -> Mask:
    """Read a mask such as `sheets.properties(sheetId,title)`; raise Refused when it names what the type has not."""
    tokens = TOKENS.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise _unknown(text)
    mask, rest = _fields(tokens, kind, text)
    if rest:
        raise _unknown(text)
    return mask


def _fields(tokens: list[str], kind: str, text: str) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        tokens = _field(tokens, kind, text, mask)
        if tokens[:1] != [","]:
            return mask, tokens
        tokens = tokens[1:]


def _field(tokens: list[str], kind: str, text: str, mask: Mask) -> list[str]:
    if not tokens:
        raise _unknown(text)
    name, rest = tokens[0], tokens[1:]
    known = TYPES.get(kind, {})
    if name != "*" and name not in known:
        raise _unknown(name)
    inner = known.get(name, "").strip("[]")
    below = mask.setdefault(name, {})
    if rest[:1] in (["."], ["/"]):
        return _field(rest[1:], inner, text, below)
    if rest[:1] == ["("]:
        found, rest = _fields(rest[1:], inner, text)
        below.update(found)
        if rest[:1] != [")"]:
            raise _unknown(text)
        return rest[1:]
    return rest


def _unknown(name: str) -> Refused:
    error = invalid_field(
        "fields", f"Error expanding 'fields' parameter. Cannot find matching fields for path '{name}'."
    )
    return Refused(400, "Request contains an invalid argument.", error.details)


def only(value: Any, mask: Mask) -> Any:
    """Return the parts of an answer that the mask names."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [only(item, mask) for item in value]
    return {name: only(part, mask[name]) for name, part in value.items() if name in mask}
