"""What a cell holds, what becomes of input, and how a cell is shown."""

import re
from dataclasses import dataclass
from typing import Any, Final

from tests.stubs.sheets_errors import invalid

LONGEST_TEXT: Final = 50_000
EXACT_INTEGERS: Final = 2**53
LONGEST_PLAIN_NUMBER: Final = 1e15
EVALUATED: Final = "#EVALUATED"
NUMBER: Final = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][+-]?\d+)?|[+-]?\.\d+")


@dataclass(frozen=True, slots=True)
class Formula:
    """What Google would work out; the stub shows that it would."""

    text: str


Cell = str | int | float | bool | Formula | None
"""None is an empty cell."""


def entered(value: Any, option: str) -> Cell:
    """Return what a cell holds after an input: taken as it is (RAW), or as if somebody had typed it (USER_ENTERED)."""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise invalid(f"Your input contains more than the maximum of {LONGEST_TEXT} characters in a single cell.")
        return (value or None) if option == "RAW" else typed(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > EXACT_INTEGERS:
        return float(value)
    return value  # type: ignore[no-any-return]  # the shape was checked: a number or a boolean


def typed(text: str) -> Cell:
    """Return what Google makes of typed text: phone numbers lose their plus, names that begin with = are worked out."""
    bare = text.strip()
    if bare.startswith("'"):
        return bare[1:] or None
    if bare.upper() in ("TRUE", "FALSE"):
        return bare.upper() == "TRUE"
    if NUMBER.fullmatch(bare):
        number = float(bare.replace(",", ""))
        return int(number) if number.is_integer() and abs(number) <= EXACT_INTEGERS else number
    if len(bare) > 1 and bare[0] in "=+-":
        return Formula(bare)
    return text or None


def shown(cell: Cell, option: str = "FORMATTED_VALUE") -> str | int | float | bool:
    """Return a cell as an answer shows it."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        return cell.text if option == "FORMULA" else EVALUATED
    return formatted(cell) if option == "FORMATTED_VALUE" else cell


def formatted(value: float | bool) -> str:
    """Return a number or a boolean as a cell without a format shows it."""
    if isinstance(value, bool):
        return str(value).upper()
    if abs(value) >= LONGEST_PLAIN_NUMBER:
        return f"{value:.5E}"
    return str(int(value)) if float(value).is_integer() else f"{value:.15g}"


def rank(cell: Cell) -> tuple[int, float, str]:
    """Return what a human's sorting goes by: numbers, then text, then booleans, empty cells last."""
    if cell is None:
        return 3, 0.0, ""
    if isinstance(cell, bool):
        return 2, float(cell), ""
    if isinstance(cell, int | float):
        return 0, float(cell), ""
    return 1, 0.0, str(shown(cell)).lower()
