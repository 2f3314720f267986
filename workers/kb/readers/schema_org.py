"""The questions that a page lists for search engines, in schema.org's words."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from selectolax.lexbor import LexborHTMLParser

from workers.kb.readers.reading import one_line
from workers.kb.readers.web_text import markdown_of

DEEPEST: Final = 20

Entry = tuple[str, str]


def listed_questions(page: LexborHTMLParser) -> list[Entry]:
    """Return (question, answer in Markdown) for each question in the page's JSON-LD."""
    found: list[Entry] = []
    for script in page.css('script[type="application/ld+json"]'):
        try:
            data = msgspec.json.decode(script.text())
        except ValueError:  # many sites write it by hand
            continue
        found += _questions_in(data)
    return found


def _questions_in(data: Any, depth: int = 0) -> Iterator[Entry]:
    if depth > DEEPEST:
        return
    if isinstance(data, list):
        for part in data:
            yield from _questions_in(part, depth + 1)
    elif isinstance(data, dict):
        if data.get("@type") == "Question" and (entry := _entry(data)):
            yield entry
            return
        for part in data.values():
            yield from _questions_in(part, depth + 1)


def _entry(question: dict[str, Any]) -> Entry | None:
    answer = question.get("acceptedAnswer") or question.get("suggestedAnswer")
    answers = answer if isinstance(answer, list) else [answer]
    texts = [_markdown(str(one.get("text") or "")) for one in answers if isinstance(one, dict)]
    name, text = one_line(str(question.get("name") or question.get("text") or "")), "\n\n".join(filter(None, texts))
    return (name, text) if name and text else None


def _markdown(html: str) -> str:
    answer = LexborHTMLParser(html)
    answer.strip_tags(["script", "style"])
    body = answer.body
    return markdown_of(body) if body else ""
