"""Reads the text of a PDF, page by page, without what every page repeats."""

import io
import re
from collections import Counter
from typing import Final

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, PdfReadError

from workers.kb.readers.reading import Reading, Unreadable, literal, one_line

EDGE: Final = 2  # lines at the top and the bottom of a page that may be its header or footer
FEWEST_PAGES: Final = 3  # on fewer, a line that comes back may be meant
REPEATED: Final = 0.6  # the share of the pages on which a header or footer stands

HYPHEN: Final = re.compile(r"(?<=[^\W\d_])[-\u00ad]\n(?=[^\W\d_])(?![A-ZÄÖÜ])")
NUMBER: Final = re.compile(r"\d+")
SENTENCE_END: Final = (".", "!", "?", ":", ";")

Lines = list[str]


def read(content: bytes) -> Reading:
    """Read a PDF. Raises Unreadable and pypdf's errors."""
    reader = _opened(content)
    pages = _without_edges([page.extract_text().strip().splitlines() for page in reader.pages])
    text = HYPHEN.sub("", _joined(pages))
    if not text.strip():
        raise Unreadable("holds pictures of text only. Run text recognition (OCR) on it, or save it as text.")
    title = reader.metadata.title if reader.metadata else None
    return Reading(text=literal(text), title=one_line(title or ""))


def _opened(content: bytes) -> PdfReader:
    """Return the reader, past an encryption that needs no password."""
    try:
        reader = PdfReader(io.BytesIO(content))
        locked = reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED
    except DependencyError:
        locked = True
    except PdfReadError as error:
        raise Unreadable("is not a whole PDF. Export it again.") from error
    if locked:
        raise Unreadable("is encrypted. Save it without a password.")
    return reader


def _without_edges(pages: list[Lines]) -> list[Lines]:
    """Return the pages without headers and footers, which differ in their numbers at most."""
    if len(pages) < FEWEST_PAGES:
        return pages
    counts = Counter(shape for page in pages for shape in {_shape(line) for line in (*page[:EDGE], *page[-EDGE:])})
    repeated = {shape for shape, count in counts.items() if count >= max(FEWEST_PAGES, REPEATED * len(pages))}
    return [
        [line for at, line in enumerate(page) if EDGE <= at < len(page) - EDGE or _shape(line) not in repeated]
        for page in pages
    ]


def _shape(line: str) -> str:
    return NUMBER.sub("0", line).strip()


def _joined(pages: list[Lines]) -> str:
    """Return the pages' lines; a sentence that runs on over a page's end stays one."""
    text = ""
    for page in pages:
        text += ("\n\n" if text.endswith(SENTENCE_END) else "\n") * bool(text) + "\n".join(page).strip()
    return text
