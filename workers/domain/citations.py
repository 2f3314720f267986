"""Which passages an answer names as its sources."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from workers.domain.passage import Passage
from workers.domain.words import stems

# [1], [1, 2], [1-3] and the 【1†source】 that some models write; joined ones, [1][2], are found one by one.
MARKER: Final = re.compile(
    r"[\[\u3010]\s*(\d{1,3}(?:\s*(?:[,;&]|[-\u2013])\s*\d{1,3})*)\s*(?:\u2020[^\]\u3011]*)?[\]\u3011]"
)
SPAN: Final = re.compile(r"(\d{1,3})(?:\s*[-\u2013]\s*(\d{1,3}))?")

MOST_UNNAMED: Final = 3
LEAST_SHARED_WORDS: Final = 4
LEAST_SHARED_PART: Final = 0.5  # of the answer's words: below, it merely speaks of the same things


def cited(answer: str, passages: Sequence[Passage]) -> list[dict[str, str | int]]:
    """Return the data of the `citations` event: `{n, title, source, url?}` of each passage named in the answer.

    In the order of their numbers; numbers of no passage are ignored. An answer that names none gets the passages,
    at most three, whose words it carries.
    """
    named = sorted({number for number in _numbers(answer) if 1 <= number <= len(passages)})
    return [_citation(number, passages[number - 1]) for number in named or _carried(answer, passages)]


def _numbers(answer: str) -> Iterator[int]:
    for marker in MARKER.finditer(answer):
        for span in SPAN.finditer(marker[1]):
            yield from range(int(span[1]), int(span[2] or span[1]) + 1)


def _carried(answer: str, passages: Sequence[Passage]) -> list[int]:
    said = set(stems(answer))
    shared = {number: len(said & _stems_of(passage.text)) for number, passage in enumerate(passages, start=1)}
    least = max(LEAST_SHARED_WORDS, LEAST_SHARED_PART * len(said))
    close = [number for number in shared if shared[number] >= least]
    return sorted(sorted(close, key=lambda number: (-shared[number], number))[:MOST_UNNAMED])


@lru_cache(maxsize=2_000)
def _stems_of(text: str) -> frozenset[str]:
    """Return a passage's stems; the same passages are found again and again."""
    return frozenset(stems(text))


def _citation(number: int, passage: Passage) -> dict[str, str | int]:
    citation: dict[str, str | int] = {"n": number, "title": passage.title, "source": passage.source}
    if passage.url and passage.url.startswith("https://"):
        citation["url"] = passage.url
    return citation
