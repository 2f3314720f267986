"""Documents split into passages along their structure."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from semantic_text_splitter import MarkdownSplitter, TextSplitter

from workers.domain.passage import PATH_SEPARATOR, Passage
from workers.kb.sources import Document
from workers.kb.tables import table_pieces, tables_apart

CAPACITY: Final = (500, 900)  # characters: one thing said in full, several of which fit a prompt
ENTRY_CAPACITY: Final = 2_000  # characters: up to here, what answers a question is kept in one piece

HEADING: Final = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
UNDERLINE: Final = re.compile(r"(=+|-{3,})[ \t]*$")
FENCE: Final = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
WORD: Final = re.compile(r"[^\W_]{2}")  # rules and lone marks are not worth a passage
MARKS: Final = re.compile(r"[*_`|#>]+|^[ \t]*[-+][ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, up to the next."""

    path: tuple[str, ...]
    """The headings down to it; empty above the first."""
    text: str

    @property
    def answers_a_question(self) -> bool:
        """Whether it is an entry of a FAQ."""
        return bool(self.path) and self.path[-1].endswith("?")


def split(document: Document) -> list[Passage]:
    """Return the document's passages in order, none of them twice; empty when it has headings only."""
    passages = {}
    for section in sections(document):
        heading = PATH_SEPARATOR.join(section.path)
        for text in pieces(section, markdown=document.is_markdown):
            if not WORD.search(text):
                continue
            passage_id = identify(document.source, heading, text)
            passages[passage_id] = Passage(passage_id, text, document.title, heading, document.source, document.url)
    return list(passages.values())


def sections(document: Document) -> Iterator[Section]:
    """Yield the document's sections that say something; a heading that repeats the title is left out of the path."""
    if not document.is_markdown:
        yield Section((), document.text)
        return
    path: list[tuple[int, str]] = []
    parts = list(_headed_parts(document.text))
    if not any(WORD.search(text) for _, _, text in parts):
        return
    for (level, heading, text), below in zip(parts, [*(level for level, _, _ in parts[1:]), 0], strict=True):
        path = [outer for outer in path if outer[0] < level]
        above = tuple(words for _, words in path)
        if heading and (level > 1 or plain(heading).casefold() != document.title.casefold()):
            path.append((level, plain(heading)))
        if text:
            yield Section(tuple(words for _, words in path), text)
        elif heading and below <= level:  # it stands above nothing: its words are all there is
            yield Section(above, heading)


def pieces(section: Section, *, markdown: bool) -> list[str]:
    """Return the section's text whole when it is short enough, and along its paragraphs and sentences when not."""
    if len(section.text) <= (ENTRY_CAPACITY if section.answers_a_question else CAPACITY[1]):
        return [section.text]
    if not markdown:
        return _splitter(markdown=False).chunks(section.text)
    return [piece for part in tables_apart(section.text) for piece in (table_pieces(part) or _prose_pieces(part))]


def identify(source: str, heading: str, text: str) -> str:
    """Return the passage's id: the same words in the same place have the same one in every release."""
    return hashlib.sha256(f"{source}\0{heading}\0{text}".encode()).hexdigest()[:16]


def heading_text(passage: Passage) -> str:
    """Return where the passage stands, in words: the document's title and the headings down to it."""
    return PATH_SEPARATOR.join(part for part in (passage.title, passage.heading) if part)


def plain(text: str) -> str:
    """Return the words of a Markdown text, without its marks and without the addresses of its links."""
    return MARKS.sub(" ", LINK.sub(r"\1", text)).strip()


def _prose_pieces(text: str) -> list[str]:
    return _splitter(markdown=True).chunks(text)


@cache
def _splitter(markdown: bool) -> MarkdownSplitter | TextSplitter:
    return MarkdownSplitter(CAPACITY) if markdown else TextSplitter(CAPACITY)


def _headed_parts(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (level, heading, text below it) in order; level 0 is what stands above the first heading."""
    level, heading, body = 0, "", list[str]()
    fence = ""
    for line in text.split("\n"):
        if mark := FENCE.match(line):
            fence = _fence_after(fence, mark[1])
        found = None if fence else _heading_at(line, body)
        if found is None:
            body.append(line)
            continue
        yield level, heading, "\n".join(body).strip()
        level, heading, body = *found, []
    yield level, heading, "\n".join(body).strip()


def _fence_after(fence: str, mark: str) -> str:
    """Return the fence that is open after a line with this mark; empty for none."""
    if not fence:
        return mark
    return "" if mark.startswith(fence) else fence


def _heading_at(line: str, above: list[str]) -> tuple[int, str] | None:
    """Return the level and words of the heading that ends on this line; one that is underlined is taken from above."""
    if found := HEADING.match(line):
        return len(found[1]), found[2]
    if (found := UNDERLINE.match(line)) and _can_be_underlined(above):
        return (1 if line.startswith("=") else 2), above.pop().strip()
    return None


def _can_be_underlined(above: list[str]) -> bool:
    """Whether the last line is a paragraph of its own, as an underlined heading is."""
    if not above or not above[-1].strip() or above[-1].lstrip().startswith(("|", "-", "*", ">", "+")):
        return False
    return len(above) == 1 or not above[-2].strip()
