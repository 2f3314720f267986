"""The names of companies in a message, told by their legal forms: no visitor is called so."""

import re
from collections.abc import Iterator
from typing import Final

WORD: Final = r"[\w'\u2019-]{0,40}"
AND: Final = r"(?:&|and|und|et|y)"
FORM: Final = (
    r"(?:(?i:ltd|inc|llc|llp|plc|gmbh|sarl|ag)\b|SA\b(?! \w)"  # in lower case, "sa" is a French word
    r"|(?i:s\. ?a\. ?r\. ?l\b|s\. ?[al]\b|& ?co\b|co\.)|(?:and|und|et|y) [Cc]o\b)\.?"
)
COMPANY: Final = re.compile(rf"(?:\b[^\W\d_a-z]{WORD} (?:{AND} )?){{0,5}}\b[^\W\d_]{WORD},? {FORM}")


def companies(message: str) -> Iterator[tuple[int, int]]:
    """Yield where a company is named."""
    return (found.span() for found in COMPANY.finditer(message))
