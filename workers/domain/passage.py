"""A passage: the piece of a document that is retrieved, quoted and cited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

PATH_SEPARATOR: Final = " > "


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved piece of a document."""

    id: str
    text: str
    title: str
    """The document's title."""
    heading: str
    """The path of headings down to the passage, `Returns > How refunds work`; empty above the first heading."""
    source: str
    """The document's path below the knowledge base's folder, `policies/refunds.md`."""
    url: str | None = None
    score: float = 0.0
    """How well it fits the question, between 0 and 1."""

    @property
    def own_heading(self) -> str:
        """The last heading above it; empty above the first."""
        return self.heading.rpartition(PATH_SEPARATOR)[2]

    @property
    def question(self) -> str:
        """The question that it answers as an entry of a FAQ; empty where it is none."""
        last = (self.own_heading or self.title).rstrip()
        return last if last.endswith("?") else ""

    def scored(self, score: float) -> "Passage":
        """Return it with this score, in half the time that `dataclasses.replace` takes."""
        return Passage(self.id, self.text, self.title, self.heading, self.source, self.url, score)


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions in a message, and what was found for it."""

    question: str
    """As it was asked."""
    query: str
    """As it was searched for."""
    passages: Mapping[int, Passage]
    """By the numbers that they are cited as, with their scores for this question, the best first."""
    answerable: bool
    worded: str = ""
    """The query as the documents would word it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, and whether the question can be answered from it."""

    passages: list[Passage]
    """The best first."""
    answerable: bool
    """False when the desk is to say that it does not know."""
    worded: str = ""
    """What was asked, as the documents would word it."""
    parts: Sequence[Part] = ()
    """The questions, where these passages are for more than one."""

    @property
    def wanting(self) -> bool:
        """Whether a question is left without an answer, be it one of several."""
        return not self.answerable or not all(part.answerable for part in self.parts)

    def leaves_out(self, cited: set[int]) -> bool:
        """Whether an answer with these numbers leaves one of several questions without one.

        A model may answer what the search gave up: then it cites a passage that was found for that question alone.
        """
        met = {number for part in self.parts if part.answerable for number in part.passages}
        missed = [part.passages.keys() - met for part in self.parts if not part.answerable]
        return self.answerable and any(map(cited.isdisjoint, missed))

    @property
    def score(self) -> float:
        """How well the best passage fits the question; of several questions, the one that is met worst."""
        each = [list(part.passages.values()) for part in self.parts] or [self.passages]
        return min(passages[0].score if passages else 0.0 for passages in each)
