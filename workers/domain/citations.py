"""Which passages an answer names as its sources, and carry what it says there."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from workers.domain.passage import Passage
from workers.domain.statements import split_sentences
from workers.domain.words import stems

# [1], [1, 2], [1-3] and the 【1†source】 that some models write; joined ones, [1][2], are found one by one.
MARKER: Final = re.compile(
    r"[\[\u3010]\s*(\d{1,3}(?:\s*(?:[,;&]|[-\u2013])\s*\d{1,3})*)\s*(?:\u2020[^\]\u3011]*)?[\]\u3011]"
)
SPAN: Final = re.compile(r"(\d{1,3})(?:\s*[-\u2013]\s*(\d{1,3}))?")

MOST_UNNAMED: Final = 3
LEAST_SHARED_WORDS: Final = 4
LEAST_SHARED_PART: Final = 0.5  # of the answer's words: below, it merely speaks of the same things
ENOUGH_WORDS: Final = 3  # to tell by whether a passage says the same: a shorter sentence is read with the one before
# Of 959 sentences of a platform's legal texts, put in other words to a fifth and cited beside four other passages found
# for the same question, one loses its true citation so; of as many wrong ones, 81 % do, nearly always to the true one.
# With two thirds of the words left out it is none and 63 %.
HARDLY: Final = 1 / 3  # of a sentence's words in the passage that it names, or fewer, ...
MOSTLY: Final = 2 / 3  # ... and so many in another: that one is meant
SAME_LANGUAGE_PART: Final = 0.3  # of the answer's words in any passage: below, it tells them in another language

Words = frozenset[str]


def cited(answer: str, passages: Sequence[Passage]) -> list[dict[str, str | int]]:
    """Return the data of the `citations` event: `{n, title, source, url?}` of each passage named in the answer.

    In the order of their numbers. Numbers of no passage are ignored, and stay in the answer as they are. A passage
    with hardly a word of what it is named for gives way to the one that carries it, and one without any is left out.
    An answer that names none gets the passages, at most three, whose words it carries.
    """
    named = sorted(set(_grounded(answer, passages)))
    return [_citation(number, passages[number - 1]) for number in named or _carried(answer, passages)]


def _grounded(answer: str, passages: Sequence[Passage]) -> Iterator[int]:
    """Yield the number of each passage that is named, or of the one that is meant."""
    if not MARKER.search(answer):
        return
    carried = [_words_of(passage) for passage in passages]
    said = frozenset(stems(MARKER.sub(" ", answer)))
    can_tell = len(said & frozenset().union(*carried)) >= SAME_LANGUAGE_PART * len(said)
    for marker in MARKER.finditer(answer):
        words = _words_before(answer, marker.start()) if can_tell else frozenset()
        for number in _numbers(marker[1]):
            if 1 <= number <= len(passages) and (meant := _meant(number, words, carried)):
                yield meant


def _meant(number: int, words: Words, carried: Sequence[Words]) -> int | None:
    """Return the passage that a number stands for behind these words, None when no passage carries them."""
    shared = [len(words & its) for its in carried]
    own, most = shared[number - 1], max(shared)
    if len(words) < ENOUGH_WORDS or own > HARDLY * len(words):
        return number
    if most >= MOSTLY * len(words):
        return shared.index(most) + 1
    return number if own else None


def _words_before(answer: str, end: int) -> Words:
    """Return the words of the sentence before a marker, and of those before it in its line when it is short."""
    line = MARKER.sub(" ", answer[answer.rfind("\n", 0, end) + 1 : end])
    words: Words = frozenset()
    for sentence in reversed(split_sentences(line)):
        words |= frozenset(stems(sentence))
        if len(words) >= ENOUGH_WORDS:
            break
    return words


def _numbers(marker: str) -> Iterator[int]:
    for span in SPAN.finditer(marker):
        yield from range(int(span[1]), int(span[2] or span[1]) + 1)


def _carried(answer: str, passages: Sequence[Passage]) -> list[int]:
    said = set(stems(answer))
    shared = {number: len(said & _stems_of(passage.text)) for number, passage in enumerate(passages, start=1)}
    least = max(LEAST_SHARED_WORDS, LEAST_SHARED_PART * len(said))
    close = [number for number in shared if shared[number] >= least]
    return sorted(sorted(close, key=lambda number: (-shared[number], number))[:MOST_UNNAMED])


def _words_of(passage: Passage) -> Words:
    """Return the words of a passage with its title and headings."""
    return _stems_of(passage.text) | _stems_of(f"{passage.title} {passage.heading}")


@lru_cache(maxsize=4_000)
def _stems_of(text: str) -> Words:
    """Return a text's stems; the same passages are found again and again."""
    return frozenset(stems(text))


def _citation(number: int, passage: Passage) -> dict[str, str | int]:
    citation: dict[str, str | int] = {"n": number, "title": passage.title, "source": passage.source}
    if passage.url and passage.url.startswith("https://"):
        citation["url"] = passage.url
    return citation
