"""Questions made from the documents: what their headings and sentences answer, in fewer and other words."""

import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from workers.domain.passage import Passage
from workers.domain.statements import statements
from workers.domain.words import content_words
from workers.kb.passages import plain

MOST_PASSAGES: Final = 240  # more tell a fit nothing new, and each costs a build two questions
KEPT_SHARES: Final = (0.3, 0.75)  # of a sentence's words, a visitor uses these few
MOST_KEPT: Final = 6
FEWEST_WORDS: Final = 2
STRANGE_WORDS: Final = (0, 2)  # words of a visitor's own that the documents may not have


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question, and the document that answers it."""

    question: str
    source: str


@cache
def off_topic_questions() -> tuple[str, ...]:
    """Return what visitors ask that no company's documents are likely to answer."""
    text = resources.files("workers.kb").joinpath("off_topic.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def questions_from(passages: Sequence[Passage]) -> list[MadeQuestion]:
    """Return questions that the passages answer; the same passages give the same ones."""
    step = max(1, -(-len(passages) // MOST_PASSAGES))
    return list(dict.fromkeys(question for passage in passages[::step] for question in _of(passage)))


def _of(passage: Passage) -> Iterator[MadeQuestion]:
    chance = random.Random(zlib.crc32(passage.id.encode()))  # noqa: S311 - repeatable, not secret
    above = passage.question or f"{passage.title} {passage.own_heading}"
    said = [statement.text for statement in statements(plain(passage.text))]
    texts = [above, chance.choice(said)] if said else [above]
    for text in texts:
        question = _shortened(text, chance)
        if question:
            yield MadeQuestion(question, passage.source)


def _shortened(text: str, chance: random.Random) -> str:
    words = list(dict.fromkeys(content_words(text)))
    if len(words) < FEWEST_WORDS:
        return ""
    number = min(MOST_KEPT, max(FEWEST_WORDS, round(len(words) * chance.uniform(*KEPT_SHARES))))
    places = sorted(chance.sample(range(len(words)), number))
    strange = chance.sample(_strange_words(), chance.randint(*STRANGE_WORDS))
    return " ".join([*(words[place] for place in places), *strange])


@cache
def _strange_words() -> tuple[str, ...]:
    return tuple(sorted({word for question in off_topic_questions() for word in content_words(question)}))
