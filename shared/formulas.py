"""Text that spreadsheets take for a formula, wherever leads are written to one."""

import re
import unicodedata
from typing import Final

PHONE: Final = re.compile(r"\+[1-9]\d{5,14}", re.ASCII)
INVISIBLE: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*")
STARTS: Final = frozenset("=+-@")
BLANK_STARTS: Final = frozenset("\t\r\n")


def quoted(text: str) -> str:
    """Return the text with an apostrophe before what could be taken for a formula.

    Phone numbers in E.164 stay as they are: the worst that becomes of a plus and digits is a number.
    """
    return f"'{text}" if looks_like_a_formula(text) else text


def looks_like_a_formula(text: str) -> bool:
    """Tell whether some spreadsheet could work the text out instead of showing it."""
    if PHONE.fullmatch(text):
        return False
    blank = INVISIBLE.match(text)
    first = text[blank.end() if blank else 0 :][:1]
    # Full-width signs count: programs that export or import may make plain ones of them.
    return text[:1] in BLANK_STARTS or unicodedata.normalize("NFKC", first) in STARTS
