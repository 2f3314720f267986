"""The lines of `key: value` above a text."""

import re
from collections.abc import Mapping
from typing import Final

FRONT_MATTER: Final = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def part_front_matter(text: str) -> tuple[Mapping[str, str], str]:
    """Return the `key: value` lines between two lines of `---` at the top, and the text below them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = FRONT_MATTER.match(text)
    if not found:
        return {}, text
    pairs = (line.partition(":") for line in found[1].splitlines() if line[:1].isalpha())
    meta = {key.strip().lower(): value.strip().strip("\"'") for key, colon, value in pairs if colon}
    return meta, text[found.end() :]
