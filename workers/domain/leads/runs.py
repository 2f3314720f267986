"""Runs of words that can be a name: where one begins, how far it goes, and whether it is likely to be one."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from workers.domain.leads.given_names import COMMON_WORDS_TOO, GIVEN_NAMES
from workers.domain.leads.introductions import BOOKING_WORDS, GOES_ON, GREETINGS, HONORIFICS, PARTICLES, TITLES
from workers.domain.leads.not_names import SMALL_NAMES, SMALL_WORDS, SMALL_WORDS_ANYWHERE, WORDS
from workers.domain.leads.phrases import GESTURES, words_of

LONGEST_NAME: Final = 200
MOST_WORDS: Final = 6
MOST_LOWER_WORDS: Final = 3
SHORT: Final = 4  # a message of so few words may have a capital everywhere because it is a name
MOST_PARTICLES: Final = 3
PAIR: Final = 2

SPACE: Final = re.compile(r"[ \t\u00a0\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]*")
AFTER_INITIAL: Final = re.compile(r"\. ?")
POSSESSIVE: Final = re.compile(r"['\u2019]s$")
# Digits, gestures, and scripts that set no space between words: those are read elsewhere.
NEVER: Final = re.compile(rf"[\d{GESTURES}\u0e00-\u0eff\u2e80-\u9fff\uac00-\ud7af]")
CONTRACTION: Final = re.compile(r".['\u2019](?:ll|re|ve|d|m|t)$")
ENDING: Final = re.compile(
    r".{3,}(?:ing|(?<![ey])ed|.ly|tion|tions|ness|ment|able|ible|ful|less|ous|ung|keit|heit|schaft|ción|dad|mente)$"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a message in a row, as the places of the first and of the one behind the last."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """How many words it has."""
        return self.end - self.start

    @property
    def is_pair(self) -> bool:
        """Whether it has two words at least: a full name seldom is a word for something else."""
        return self.size >= PAIR


class Typed:
    """A message as its words were typed, and what its capitals tell."""

    def __init__(self, text: str) -> None:
        """Take a message whose other details are blanked with `|`."""
        self.text = text
        self.words = words_of(text)
        self.keys = [word.key for word in self.words]

    @cached_property
    def capitals_tell(self) -> bool:
        """Whether a capital is a sign: not in a message that has them all over."""
        return len(self.words) <= SHORT or any(word.text[0].islower() for word in self.words)

    def is_capital(self, place: int) -> bool:
        """Whether a word looks like a name: it has a capital, or its script has none."""
        letter = self.words[place].text[0]
        return letter.isalpha() and not letter.islower() and (self.capitals_tell or not letter.isupper())

    def joins(self, place: int) -> bool:
        """Whether a word goes on with the one before it."""
        word, before = self.words[place], self.words[place - 1]
        initial = len(before.text) == 1 or before.key in HONORIFICS or before.key in TITLES
        return bool(SPACE.fullmatch(word.gap) or (initial and AFTER_INITIAL.fullmatch(word.gap)))

    def ends_clause(self, end: int) -> bool:
        """Whether what stands before a place is complete: a mark follows, or a small word."""
        return end >= len(self.words) or not self.joins(end) or self.keys[end] in SMALL_WORDS_ANYWHERE

    def ends_name(self, end: int) -> bool:
        """Whether what stands before a place is a whole name: a mark follows, or a word that goes on behind one."""
        return end >= len(self.words) or not self.joins(end) or self.keys[end] in GOES_ON | GREETINGS

    def is_initial(self, place: int) -> bool:
        """Whether a word is the J of "J. Smith"."""
        return len(self.words[place].text) == 1 and self.text[self.words[place].end :][:1] == "."

    def spelled(self, run: Run) -> str:
        """Return a name as it was typed, without "Mr" in front of more than a surname."""
        start = run.start
        while start + 2 < run.end and self.keys[start] in HONORIFICS:
            start += 1
        typed = self.text[self.words[start].start : self.words[run.end - 1].end]
        return " ".join(typed.split())[:LONGEST_NAME].strip()

    def is_given(self, run: Run) -> bool:
        """Whether a run begins with a given name that is no other word."""
        return self.keys[run.start] in GIVEN_NAMES

    def is_possessive(self, run: Run) -> bool:
        """Whether a run is "Anna's", and so about something of hers."""
        return any(POSSESSIVE.search(word.text) for word in self.words[run.start : run.end])

    def opens(self, run: Run) -> bool:
        """Whether nothing but greetings stands before a run in its clause."""
        place = run.start
        while place and self.joins(place) and self.keys[place - 1] in GREETINGS:
            place -= 1
        return place == 0 or not self.joins(place)

    def follows_noun(self, place: int) -> bool:
        """Whether the word before a place, in its clause, is none of the small ones."""
        return place > 0 and self.joins(place) and self.keys[place - 1] not in SMALL_WORDS_ANYWHERE | BOOKING_WORDS

    def known_words(self, run: Run) -> int:
        """Return how many words of a run are used for something else."""
        return sum(map(self._is_known, range(run.start, run.end)))

    def _is_known(self, place: int) -> bool:
        key = self.keys[place]
        if key in GIVEN_NAMES or (key in PARTICLES and place):
            return False
        return key in WORDS or (not self.is_capital(place) and bool(ENDING.match(key)))


def run_from(typed: Typed, place: int) -> Run | None:
    """Return the longest run of words that can be a name from a place on."""
    if place >= len(typed.words):
        return None
    end = _capitals(typed, place) if typed.is_capital(place) else _lowers(typed, place)
    return Run(place, end) if end > place else None


def run_to(typed: Typed, end: int) -> Run | None:
    """Return the longest run of words that can be a name up to a place."""
    start = end
    while (
        start and end - start < MOST_WORDS and (start == end or typed.joins(start)) and _may_be_part(typed, start - 1)
    ):
        start -= 1
    while start < end and (typed.keys[start] in GREETINGS or _is_leading_particle(typed, start)):
        start += 1
    return Run(start, end) if start < end else None


def _is_leading_particle(typed: Typed, place: int) -> bool:
    return typed.keys[place] in PARTICLES and not typed.is_capital(place)


def _may_be_part(typed: Typed, place: int) -> bool:
    """Whether a word before another may belong to the same name."""
    key = typed.keys[place]
    if NEVER.search(key) or (key in SMALL_WORDS and not typed.is_initial(place)):
        return False
    return typed.is_capital(place) or key in PARTICLES or _is_unknown(typed, place)


def _capitals(typed: Typed, place: int) -> int:
    end = place
    while end < min(len(typed.words), place + MOST_WORDS) and (end == place or typed.joins(end)):
        step = _step(typed, end, is_first=end == place)
        if not step:
            break
        end += step
    if end == place + 1 and _is_lower_surname(typed, end):
        end += 1
    return end


def _step(typed: Typed, place: int, *, is_first: bool) -> int:
    """Return how many words further a name goes: one, more with particles ("van der Berg"), or none."""
    particles = 0
    while particles <= MOST_PARTICLES and place + particles < len(typed.words):
        here = place + particles
        if typed.is_capital(here) and _is_name_word(typed, here, is_first=is_first):
            return particles + 1
        if typed.keys[here] not in PARTICLES or (particles and not typed.joins(here)):
            break
        particles += 1
    return 0


def _is_name_word(typed: Typed, place: int, *, is_first: bool) -> bool:
    key = typed.keys[place]
    if NEVER.search(key) or CONTRACTION.search(typed.words[place].text):
        return False
    if key not in SMALL_WORDS or typed.is_initial(place):
        return True
    following = place + 1
    if following >= len(typed.words) or not typed.joins(following):
        return is_first and key in COMMON_WORDS_TOO  # Will
    # An, Do and So are names where a surname follows.
    return is_first and key in SMALL_NAMES and typed.is_capital(following) and typed.keys[following] not in SMALL_WORDS


def _is_lower_surname(typed: Typed, place: int) -> bool:
    """Whether "smith" in "Anna smith" belongs to the name."""
    return (
        place < len(typed.words)
        and typed.joins(place)
        and typed.keys[place - 1] not in WORDS
        and _is_unknown(typed, place)
        and typed.ends_clause(place + 1)
        and typed.words[place].text[0].islower()
    )


def _lowers(typed: Typed, place: int) -> int:
    """Return where a name in lower case ends: what follows a given name may be a word, too."""
    end = place
    is_given = typed.keys[place] in GIVEN_NAMES or typed.keys[place] in COMMON_WORDS_TOO
    while end < min(len(typed.words), place + MOST_LOWER_WORDS) and (end == place or typed.joins(end)):
        known = is_given and (
            end == place or (typed.keys[end] not in SMALL_WORDS_ANYWHERE and typed.ends_clause(end + 1))
        )
        in_middle = end > place and typed.keys[end] in PARTICLES and not typed.ends_clause(end + 1)
        if not (known or in_middle or _is_unknown(typed, end)):
            break
        end += 1
    while end > place and typed.keys[end - 1] in PARTICLES and not is_given:
        end -= 1
    return end


def _is_unknown(typed: Typed, place: int) -> bool:
    """Whether a word is none that people use for something else."""
    key = typed.keys[place]
    if key in GIVEN_NAMES:
        return True
    if key in WORDS or ENDING.match(key) or NEVER.search(key):
        return False
    return not CONTRACTION.search(typed.words[place].text)
