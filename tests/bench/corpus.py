"""A made-up company's documents of any size: words as unevenly common as real ones, topics, headings, and questions."""

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

PASSAGES_PER_DOCUMENT: Final = 20
WORDS_PER_PASSAGE: Final = (50, 110)
VOCABULARY: Final = 60_000
TOPICS: Final = 300
TOPIC_WORDS: Final = 400
TOPICAL: Final = 0.45  # which share of a text's words belong to its topic
SEED: Final = 20_260_131

ONSETS: Final = (
    "b",
    "br",
    "c",
    "cl",
    "d",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
)
VOWELS: Final = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
CODAS: Final = ("", "", "l", "m", "n", "r", "rt", "st", "x")

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Language:
    """Words, the most common first, and which of them each topic prefers."""

    words: tuple[str, ...]
    topics: npt.NDArray[np.int64]
    """Numbers of words, shape (TOPICS, TOPIC_WORDS)."""


@cache
def language() -> Language:
    """Return the same words and topics every time."""
    rng = np.random.default_rng(SEED)
    syllables = [onset + vowel + coda for onset in ONSETS for vowel in VOWELS for coda in CODAS]
    made: dict[str, None] = {}
    while len(made) < VOCABULARY:
        parts = rng.integers(0, len(syllables), size=(VOCABULARY, 3))
        lengths = rng.integers(1, 4, size=VOCABULARY)
        made |= dict.fromkeys(
            "".join(syllables[part] for part in row[:length]) for row, length in zip(parts, lengths, strict=True)
        )
    topics = rng.integers(200, VOCABULARY, size=(TOPICS, TOPIC_WORDS))
    shortest_first = sorted(made, key=len)  # as in any language: what is said often is short
    return Language(tuple(shortest_first[:VOCABULARY]), topics)


def write_corpus(folder: Path, passages: int) -> None:
    """Fill the folder with documents that make about so many passages; the n-th is the same in every corpus."""
    shutil.rmtree(folder, ignore_errors=True)
    for number in range(passages // PASSAGES_PER_DOCUMENT):
        write_document(folder, number)


def write_document(folder: Path, number: int, edition: int = 0) -> None:
    """Write the document of this number; another edition of it says other things."""
    path = folder / f"part-{number // 100:04}" / f"document-{number:06}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_document(language(), number, edition))


def questions(count: int, passages: int) -> list[str]:
    """Return questions about passages of a corpus of this size, each in a few of one's words among common ones."""
    spoken, rng = language(), np.random.default_rng(SEED + 1)
    made = []
    for number in rng.integers(0, passages // PASSAGES_PER_DOCUMENT, size=count):
        body = _document(spoken, int(number), 0).split("\n\n")
        text = body[2 * int(rng.integers(1, PASSAGES_PER_DOCUMENT))].replace(".", "").split()
        asked = rng.choice(len(text), size=int(rng.integers(4, 9)), replace=False)
        made.append(f"how do I {' '.join(text[place].lower() for place in sorted(asked))} please?")
    return made


def _document(spoken: Language, number: int, edition: int) -> str:
    rng = np.random.default_rng((SEED, number, edition))
    topic = spoken.topics[number % TOPICS]
    parts = [f"# {_phrase(spoken, topic, rng, 3).capitalize()} {number}"]
    for _ in range(PASSAGES_PER_DOCUMENT):
        parts.append(f"## {_phrase(spoken, topic, rng, 4).capitalize()}")
        parts.append(_sentences(_phrase(spoken, topic, rng, int(rng.integers(*WORDS_PER_PASSAGE))).split()))
    return "\n\n".join(parts) + "\n"


def _phrase(spoken: Language, topic: Numbers, rng: np.random.Generator, length: int) -> str:
    common = _zipf(rng, VOCABULARY, length)
    topical = topic[_zipf(rng, TOPIC_WORDS, length)]
    numbers = np.where(rng.random(length) < TOPICAL, topical, common)
    return " ".join(spoken.words[number] for number in numbers)


def _zipf(rng: np.random.Generator, ranks: int, length: int) -> Numbers:
    """Return ranks of which the r-th is r times as rare as the first."""
    found: Numbers = np.minimum(np.exp(rng.random(length) * np.log(ranks)).astype(np.int64), ranks - 1)
    return found


def _sentences(words: list[str]) -> str:
    return " ".join(" ".join(words[start : start + 12]).capitalize() + "." for start in range(0, len(words), 12))
