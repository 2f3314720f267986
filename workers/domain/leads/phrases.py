"""A message as words, and tables of phrases to find among them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

T = TypeVar("T")

# Python's \w leaves out the vowel signs of Hebrew, Arabic and the scripts of India, and what joins letters there.
MARKS: Final = (
    r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u200c\u200d"
)
LETTER: Final = rf"[^\W_]|[{MARKS}]"
GESTURES: Final = "\U0001f44d\U0001f44e\u2705"  # a thumb up, a thumb down, a tick: said instead of words
WORD: Final = re.compile(
    rf"[{GESTURES}]|[^\W_](?:{LETTER})*(?:['\u2019\u02bc`\u00b4\u00b7\u2010\u2011-](?:{LETTER})+)*"
)
SENTENCE_END: Final = re.compile(r"[.!?;:\n\u2026\u3002\uff01\uff1f\u061f]")
UNSPOKEN: Final = dict.fromkeys([*map(ord, "'\u2019\u02bc`\u00b4\u2010\u2011-"), *range(0x300, 0x370)])
PART: Final = re.compile(r"\((?:[^()]|\([^()]*\))*\)|[^\s()]+")  # a group of choices, or a word


class Word(NamedTuple):
    """One word of a message."""

    text: str
    """As it was typed."""
    key: str
    """As it is compared: in one case, without accents, apostrophes and hyphens."""
    start: int
    end: int
    gap: str
    """What stands between it and the word before."""


def fold(word: str) -> str:
    """Return a word as it is compared."""
    if word.isascii():
        return word.lower() if word.isalnum() else word.lower().translate(UNSPOKEN)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.casefold()).translate(UNSPOKEN)) or word


def words_of(message: str) -> list[Word]:
    """Return the words of a message, in order."""
    found: list[Word] = []
    before = 0
    for match in WORD.finditer(message):
        start, end = match.span()
        found.append(Word(match[0], fold(match[0]), start, end, message[before:start]))
        before = end
    return found


def sentence_keys(words: Sequence[Word]) -> list[str]:
    """Return the keys of words, with "." before, between and behind sentences."""
    keys: list[str] = ["."]
    for word in words:
        in_number = keys[-1][-1].isdigit() and word.key[:1].isdigit()  # 3.5, 10:30
        if keys[-1] != "." and not in_number and SENTENCE_END.search(word.gap):
            keys.append(".")
        keys.append(word.key)
    return [*keys, "."]


def word_set(*tables: str) -> frozenset[str]:
    """Return the words of tables that are written as text."""
    return frozenset(fold(word) for table in tables for word in table.split())


class Found(NamedTuple, Generic[T]):
    """A phrase in a message, as the places of its first word and of the first one behind it."""

    start: int
    end: int
    means: T


class _Branch(Generic[T]):
    """Where phrases that are being followed can go on, and what they mean if they end here."""

    __slots__ = ("means", "ways")

    def __init__(self) -> None:
        self.ways: dict[str, _Branch[T]] = {}
        self.means: T | None = None

    def grow(self, line: str) -> list["_Branch[T]"]:
        """Add the phrases of a line, and return where they end."""
        ends = [self]
        for part in PART.findall(line):
            if part.startswith("("):
                choices = _choices(part[1:-1])
                ends = [end for branch in ends for choice in choices for end in branch.grow(choice)]
            else:
                word = fold(part)
                ends = [branch.ways.setdefault(word, _Branch()) for branch in ends]
        return ends


def _choices(group: str) -> list[str]:
    """Return what stands between the bars of a group, and outside the groups in it."""
    choices = [""]
    for piece in re.split(r"(\([^()]*\)|\|)", group):
        if piece == "|":
            choices.append("")
        else:
            choices[-1] += piece
    return choices


class Phrases(Generic[T]):
    """What phrases mean, as a tree of their words."""

    def __init__(self, meanings: Mapping[T, str]) -> None:
        """Read a table: for each meaning, lines of phrases; `(not|never) (right |)now` stands for four."""
        self._root: _Branch[T] = _Branch()
        for means, table in meanings.items():
            for line in filter(None, map(str.strip, table.splitlines())):
                for branch in self._root.grow(line):
                    if branch.means is None:
                        branch.means = means

    def at(self, keys: Sequence[str], place: int) -> Found[T] | None:
        """Return the longest phrase that begins at a place."""
        branch, found, end = self._root, None, place
        while end < len(keys) and (going_on := branch.ways.get(keys[end])):
            branch, end = going_on, end + 1
            if branch.means is not None:
                found = Found(place, end, branch.means)
        return found

    def find(self, keys: Sequence[str]) -> Iterator[Found[T]]:
        """Yield the phrases of a message in order, the longest at each place, none inside another."""
        end = 0
        for found in self.everywhere(keys):
            if found.start >= end:
                yield found
                end = found.end

    def everywhere(self, keys: Sequence[str]) -> Iterator[Found[T]]:
        """Yield the longest phrase at each place of a message, also those inside another."""
        opens = self._root.ways
        return (found for place, key in enumerate(keys) if key in opens and (found := self.at(keys, place)))
