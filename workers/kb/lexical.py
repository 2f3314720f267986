"""The words of the passages: a BM25 index over stemmed words that scores between 0 and 1."""

import logging
import math
import threading
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import bm25s
import Stemmer

from workers.domain.answer_kinds import kind_headed, kinds_told
from workers.domain.equivalents import in_known_words
from workers.domain.passage import Passage
from workers.domain.ranking import Positions, Scores, coverage
from workers.domain.usual_questions import as_usual
from workers.domain.words import content_words
from workers.domain.words import words as all_words
from workers.kb.passages import plain
from workers.kb.postings import Lists, Postings
from workers.kb.spelling import Spelling

logging.getLogger("bm25s").setLevel(logging.WARNING)  # the library sets itself to DEBUG when imported

# The usual constants. Headings say what a passage is about, so their words count as if said again.
SATURATION: Final = 1.2
LENGTH_PENALTY: Final = 0.75
HEADING_WEIGHT: Final = 2
TITLE_WEIGHT: Final = 1

CACHED_QUESTIONS: Final = 1_000  # each is looked at twice at least

ENDINGS: Final = "?!.,;: \t\n"  # what a typed question may end with

Weights = Mapping[str, float]


class Covered(NamedTuple):
    """Positions of passages in ascending order, and which share of a question's words each carries: 0 to 1."""

    positions: Positions
    shares: Scores


class LexicalIndex:
    """An inverted index with its scores worked out beforehand; a search adds up a few rows of numbers."""

    def __init__(self, postings: Postings, spelling: Spelling) -> None:
        self.spelling = spelling
        self._postings = postings
        self._unknown_weight = _weight(0, postings.passages)
        self._usual = lru_cache(CACHED_QUESTIONS)(lambda corrected: as_usual(corrected, self._uses))

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> Self:
        """Index the passages, of which there must be one at least."""
        retriever = bm25s.BM25(k1=SATURATION, b=LENGTH_PENALTY, method="lucene")
        retriever.index([indexed_words(passage) for passage in passages], show_progress=False)
        lists = Lists(*(retriever.scores[name] for name in ("indptr", "indices", "data")))
        return cls(Postings.of(retriever.vocab_dict, lists, len(passages)), Spelling.of(_counted(passages)))

    @classmethod
    def load(cls, folder: Path, passages: int) -> Self:
        """Map the index of so many passages that was saved in the folder. Raises OSError or ValueError."""
        return cls(Postings.load(folder, passages), Spelling.load(folder))

    def save(self, folder: Path) -> None:
        """Write the index into the folder, which is made."""
        self._postings.save(folder)
        self.spelling.save(folder)

    def in_its_words(self, question: str) -> str:
        """Return the question with mistyped, foreign and uncommon words replaced by those of the documents.

        Behind what every company is asked stand the documents' words for it. A vector of it depends on its question
        mark, which visitors leave out: it ends with one whatever they typed.
        """
        corrected = self.spelling.corrected(question)
        usual = self._usual(corrected)
        known = in_known_words(usual.rest, self._uses)
        said = all_words(known)
        worded = " ".join([known, *(word for word in usual.words + usual.aspect if word not in said)])
        return f"{worded.rstrip(ENDINGS)}?"

    def in_evidence(self, weights: Weights, question: str, told: AbstractSet[str]) -> Weights:
        """Return those of a question's words that tell whether it is answered by passages with the words in `told`.

        Of the documents' words for what every company is asked one is enough.
        """
        usual = self._usual(self.spelling.corrected(question))
        either, aspect = set(words(" ".join(usual.words))), set(words(" ".join(usual.aspect)))
        idle = aspect | (either - told if either & told else set())
        return {word: weight for word, weight in weights.items() if word not in idle} or weights

    def _uses(self, word: str) -> int:
        """Return how many passages use a word, in whatever form; at least 1 where it is known to the spelling."""
        if (number := self._postings.number(_stem(word))) is not None:
            return self._postings.frequency(number)
        return int(self.spelling.knows(word))

    def shares(self, weights: Weights) -> Scores:
        """Return which share of a question's words every passage carries, between 0 and 1."""
        return coverage(self._postings.sums(self._numbers(weights)), sum(weights.values()))

    def best(self, weights: Weights, limit: int, besides: Positions | None = None) -> Covered:
        """Return the `limit` passages that carry most of a question's words, and those at `besides`."""
        positions, sums = self._postings.best(self._numbers(weights), limit, besides)
        return Covered(positions, coverage(sums, sum(weights.values())))

    def carried(self, weights: Weights, positions: Sequence[int]) -> list[set[str]]:
        """Return which of a question's words each of a few passages carries."""
        found: list[set[str]] = [set() for _ in positions]
        for word in weights:
            if (number := self._postings.number(word)) is not None:
                for place in self._postings.places(number, positions):
                    found[place].add(word)
        return found

    def _numbers(self, weights: Weights) -> list[int]:
        return [number for word in weights if (number := self._postings.number(word)) is not None]

    def weights(self, question: str) -> Weights:
        """Return the stems of the question's words, and how much each tells: rare ones more, unknown ones most."""
        return {word: self._weight_of(word) for word in dict.fromkeys(words(question))}

    def _weight_of(self, word: str) -> float:
        number = self._postings.number(word)
        if number is None:
            return self._unknown_weight
        return _weight(self._postings.frequency(number), self._postings.passages)


def indexed_words(passage: Passage) -> list[str]:
    """Return the words a passage is found by, those of its title and headings more than once."""
    title, heading, text = words(passage.title), words(passage.heading), words(plain(passage.text))
    heading += words(kind_headed(passage.own_heading or passage.title))
    text += words(kinds_told(passage.text))
    return title * TITLE_WEIGHT + heading * HEADING_WEIGHT + text


def words(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, without accents, in order."""
    return [_stem(word) for word in content_words(text)]


def _counted(passages: Sequence[Passage]) -> Counter[str]:
    """Return how often the documents say each of their words; numbers and what else is no word are left out."""
    said = (all_words(f"{passage.title} {passage.heading} {plain(passage.text)}") for passage in passages)
    return Counter(word for text in said for word in text if word.isalpha())


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if not word.isascii():
        word = "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
    return _stemmer().stemWord(word)  # type: ignore[no-any-return]


_local = threading.local()


def _stemmer() -> Any:
    """Return this thread's stemmer: the library allows none to be shared."""
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english", 0)  # its own cache is slower than ours
    return _local.stemmer


def _weight(passages_with_it: int, passages: int) -> float:
    """Return how much a word tells: Lucene's idf, which is also the most that one word can add to a BM25 score."""
    return math.log(1 + (passages - passages_with_it + 0.5) / (passages_with_it + 0.5))
