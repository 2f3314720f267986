"""Reads a web page: its main content, without what surrounds it on every page of a site."""

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workers.kb.readers.encoding import decode
from workers.kb.readers.front_matter import part_front_matter
from workers.kb.readers.reading import Reading, one_line
from workers.kb.readers.schema_org import listed_questions
from workers.kb.readers.web_text import markdown_of

NOT_TEXT: Final = (
    "script, style, template, noscript, svg, iframe, object, canvas, select, button[aria-label], "
    "nav, footer, [role=navigation], [role=contentinfo], [role=banner], body > header, "
    "#onetrust-consent-sdk, #CybotCookiebotDialog, #usercentrics-root"
)
BANNER: Final = re.compile(
    r"\b(cookie|consent|gdpr)s?[-_]*(banner|bar|box|notice|popup|modal|dialog|overlay|consent|message)\b", re.IGNORECASE
)
LETTER: Final = re.compile(r"\w")


def read(content: bytes) -> Reading:
    """Read a page. Raises Unreadable."""
    meta, body = part_front_matter(decode(content))
    page = LexborHTMLParser(body)
    listed = listed_questions(page)
    title, url = _title(page), _address(page)
    root = _main_content(page)
    text = markdown_of(root) if root else ""
    said = _folded(text)
    missing = [f"## {question}\n\n{answer}" for question, answer in listed if _folded(question) not in said]
    return Reading(
        text="\n\n".join(part for part in (text, *missing) if part),
        title=meta.get("title") or title,
        url=meta.get("url") or url,
    )


def _title(page: LexborHTMLParser) -> str:
    """Return the page's title: its heading where the title has that with the site's name around it."""
    named, heading = (one_line(node.text()) if (node := page.css_first(name)) else "" for name in ("title", "h1"))
    return heading if heading and heading in named else named or heading


def _address(page: LexborHTMLParser) -> str:
    link = page.css_first("link[rel=canonical]")
    return (link.attributes.get("href") or "") if link else ""


def _main_content(page: LexborHTMLParser) -> LexborNode | None:
    """Return the part that is this page's own; with no part marked so, all of it."""
    for node in page.css(NOT_TEXT):
        node.decompose()
    for node in page.css("[id], [class]"):
        if BANNER.search(f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}"):
            node.decompose()
    for name in ("main, [role=main]", "article"):
        found = page.css(name)
        if len(found) == 1 and found[0].text().strip():
            return found[0]
    return page.body


def _folded(text: str) -> str:
    return "".join(LETTER.findall(text.casefold()))
