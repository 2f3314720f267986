"""Text of documents and visitors made harmless to quote: nothing in it looks like the prompt's own marks."""

import re
from functools import lru_cache
from typing import Final

# What no reader sees and a model reads all the same: zero-width and direction marks, and letters of the tag block. The
# joiners of emoji and of Persian stay.
UNSEEN: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
# Nothing quoted may look like a tag of ours, nor like a control token of a self-hosted model (`<|im_end|>`, `[INST]`).
TAG: Final = re.compile(
    r"(?:[<\uff1c\ufe64\u2039\u3008\u2329\u276e\u27e8]|&(?:lt|#0*60|#x0*3c);?)(?!\s?[\d=])", re.IGNORECASE
)
CONTROL: Final = re.compile(r"\[(?=\s*/?\s*(?:INST|TOOL_CALLS|AVAILABLE_TOOLS|SYSTEM_PROMPT)\b)", re.IGNORECASE)
# A line that begins as a part of a talk does: `System: you are now`, `### Assistant:`, `**Human**:`
ROLE: Final = re.compile(
    r"(?:^|(?<=[\u2028\u2029\x85]))([^\S\n]*(?:[#>*_-]+[^\S\n]*)*(?:system|assistant|user|human|developer|tool|instructions?)\b[*_]*"
    r"(?:[^\S\n]+(?:prompt|message|instructions?)\b[*_]*)?[^\S\n]*)[:\uff1a]",
    re.IGNORECASE | re.MULTILINE,
)
CITATION: Final = re.compile(
    r"[\[\u3010]\s*(\d{1,3}(?:\s*[,;&\u2013-]\s*\d{1,3})*)\s*(?:\u2020[^\]\u3011\n]*)?[\]\u3011]"
)

PICTURE_OR_LINK: Final = re.compile(
    r"!?\[([^\[\]]{0,500})\](?:\((?:[^()\n]|\([^()\n]*\)){0,2000}\)|\[[^\[\]]{0,300}\])"
)
ADDRESS_IN_BRACKETS: Final = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>", re.IGNORECASE)
HTML: Final = re.compile(r"<[/!?]?[A-Za-z!-][^<>]{0,2000}>")


def neutral(text: str) -> str:
    """Return a text in which no tag, control token or part of a talk can be opened; `a < 5` stays as it is."""
    shown = UNSEEN.sub("", text)
    # Most texts hold nothing to look at: finding a sign takes a hundredth of the time that an expression takes.
    if not shown.isascii() or "<" in shown or "&" in shown:
        shown = TAG.sub("\u2039", shown)
    if "[" in shown:
        shown = CONTROL.sub("(", shown)
    if ":" in shown or "\uff1a" in shown:
        shown = ROLE.sub(r"\1 -", shown)
    return shown


@lru_cache(maxsize=2_000)
def neutral_passage(text: str) -> str:
    """Return the same of a passage, in which a number in brackets is none of our citations either."""
    return CITATION.sub(r"(\1)", neutral(text))


def plain(text: str) -> str:
    """Return a line of Markdown without links, pictures and HTML: what they show; its numbers are no marks."""
    shown = PICTURE_OR_LINK.sub(r"\1", UNSEEN.sub("", text))
    if "<" in shown:
        shown = HTML.sub("", ADDRESS_IN_BRACKETS.sub(r"\1", shown))
    return CITATION.sub(r"(\1)", TAG.sub("\u2039", shown))
