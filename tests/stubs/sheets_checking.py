"""Holds what is sent and what is answered against the tables of shapes."""

import re
from collections.abc import Mapping
from typing import Any, Final

from tests.stubs.sheets_errors import Refused, invalid_field
from tests.stubs.sheets_shapes import ANY_METHOD_TAKES, ENUMERATIONS, METHODS, TYPES, Method

SCALARS: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
IN_A_CELL: Final = (str, int, float, bool, type(None))


def method_of(http: str, raw_path: str) -> tuple[Method, dict[str, str]] | None:
    """Return the method that a path names, and the raw parameters in the path."""
    for method in METHODS:
        if method.http == http and (found := method.pattern.fullmatch(raw_path)):
            return method, found.groupdict()
    return None


def cleaned(value: Any, kind: str, where: str = "") -> Any:
    """Return a part of a request without its nulls, which stand for nothing; raise Refused when it is misshapen."""
    if kind == "[[any]]":
        return _matrix(value, where)
    if kind.startswith("["):
        if not isinstance(value, list):
            raise _bad_value(where, kind, value)
        return [cleaned(item, kind[1:-1], f"{where}[{index}]") for index, item in enumerate(value)]
    if kind in TYPES:
        return _object(value, kind, where)
    if not _is(value, kind):
        raise _bad_value(where, kind, value)
    return value


def _object(value: Any, kind: str, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _bad_value(where, kind, value)
    known, kept = TYPES[kind], {}
    for name, part in value.items():
        if name not in known:
            place = f" at '{where}'" if where else ""
            message = f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.'
            raise invalid_field(where, message)
        if part is not None:
            kept[name] = cleaned(part, known[name], f"{where}.{_snake(name)}".removeprefix("."))
    return kept


def _matrix(value: Any, where: str) -> list[list[Any]]:
    if not isinstance(value, list):
        raise _bad_value(where, "[[any]]", value)
    for row, cells in enumerate(value):
        if not isinstance(cells, list):
            raise _bad_value(f"{where}[{row}]", "google.protobuf.ListValue", cells)
        for column, cell in enumerate(cells):
            if not isinstance(cell, IN_A_CELL):
                raise Refused(400, f"Invalid values[{row}][{column}]: {type(cell).__name__}_value")
    return value


def _is(value: Any, kind: str) -> bool:
    if kind in ENUMERATIONS:
        return value in ENUMERATIONS[kind]
    if isinstance(value, bool):
        return kind in ("boolean", "any")
    return isinstance(value, SCALARS.get(kind, IN_A_CELL))


def _bad_value(where: str, kind: str, value: Any) -> Refused:
    named = f"TYPE_{kind.upper()}" if kind in SCALARS else f"type.googleapis.com/{kind}"
    return invalid_field(where, f"Invalid value at '{where}' ({named}), {value!r}")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f"_{found[1].lower()}", name)


def cleaned_query(method: Method, query: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the query's parameters as what they stand for; raise Refused when one is unknown or misshapen."""
    known, kept = ANY_METHOD_TAKES | method.query, dict[str, Any]()
    for name, values in query.items():
        if name not in known:
            message = (
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                f"Field '{name}' could not be found in request message."
            )
            raise invalid_field("", message)
        kind = known[name]
        if kind == "[string]":
            kept[name] = values
            continue
        if len(values) > 1:
            raise invalid_field(_snake(name), f"Invalid value at '{_snake(name)}': given {len(values)} times")
        flags: dict[str, Any] = {"true": True, "false": False} if kind == "boolean" else {}
        kept[name] = cleaned(flags.get(values[0].lower(), values[0]), kind, _snake(name))
    return kept


def misshapen(value: Any, kind: str, where: str = "answer") -> list[str]:
    """Return what is wrong with an answer of the stub's own."""
    if kind.startswith("["):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        if kind == "[any]":
            return [
                f"{where} holds a {type(cell)}" for cell in value if cell is None or not isinstance(cell, IN_A_CELL)
            ]
        return [wrong for index, item in enumerate(value) for wrong in misshapen(item, kind[1:-1], f"{where}[{index}]")]
    if kind not in TYPES:
        return [] if _is(value, kind) and value is not None else [f"{where} is no {kind}: {value!r}"]
    if not isinstance(value, dict):
        return [f"{where} is no {kind}"]
    unknown = [f"{where}.{name} is unknown" for name in value.keys() - TYPES[kind].keys()]
    return unknown + [
        wrong
        for name, part in value.items()
        if name in TYPES[kind]
        for wrong in misshapen(part, TYPES[kind][name], f"{where}.{name}")
    ]


ERROR: Final = {"code": int, "message": str, "status": str}


def misshapen_error(body: Any) -> list[str]:
    """Return what is wrong with an error of the stub's own."""
    error = body.get("error") if isinstance(body, dict) and list(body) == ["error"] else None
    if not isinstance(error, dict):
        return ["there is no error in it"]
    wrong = [f"{name} is no {kind.__name__}" for name, kind in ERROR.items() if not isinstance(error.get(name), kind)]
    wrong += [f"{name} is unknown" for name in error.keys() - ERROR.keys() - {"details"}]
    return wrong + ["a detail without its type" for detail in error.get("details", []) if "@type" not in detail]
