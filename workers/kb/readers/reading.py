"""What a reader makes of a document's bytes."""

import re
from typing import Final

import msgspec

MARKUP: Final = re.compile(r"^([ \t]*)(#|```|~~~|=+[ \t]*$|-{3,}[ \t]*$)", re.MULTILINE)


class Unreadable(Exception):
    """The document can't be used; the message completes a sentence that its name begins."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A document's words as Markdown."""

    text: str
    title: str = ""
    """What the document calls itself; empty when it does not say."""
    url: str = ""


def literal(text: str) -> str:
    """Return a text that is not Markdown so that no line of it opens a heading or code."""
    return MARKUP.sub(r"\1\\\2", text)


def one_line(text: str) -> str:
    """Return the text on one line, with single spaces."""
    return " ".join(text.split())
