"""The words in bytes whose encoding nobody has settled."""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from workers.kb.readers.reading import Unreadable

MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DECLARED: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
WHERE_DECLARED: Final = 2_048  # bytes


def decode(content: bytes) -> str:
    """Return the text: by its byte order mark, as UTF-8, as it declares in HTML, or by its looks. Raises Unreadable."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return _decoded(content, name) or _guessed(content)
    declared = DECLARED.search(content[:WHERE_DECLARED])
    names = ["utf-8", *([declared[1].decode("ascii", "replace")] if declared else [])]
    for name in names:
        if (text := _decoded(content, name)) is not None:
            return text
    return _guessed(content)


def _decoded(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _guessed(content: bytes) -> str:
    best = from_bytes(content).best()
    if best is None:
        raise Unreadable("is in an encoding that can't be told. Save it as UTF-8.")
    # Short texts look alike in the many encodings of Latin letters; the one that Windows writes is the likely one.
    latin = all("Latin" in alphabet or "Punctuation" in alphabet for alphabet in best.alphabets)
    return (_decoded(content, "cp1252") if latin else None) or str(best)
