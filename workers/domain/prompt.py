"""The prompt: a question with its history and the passages to answer it from."""

from collections.abc import Sequence
from dataclasses import dataclass

from workers.domain.passage import Passage


@dataclass(frozen=True, slots=True)
class PastTurn:
    """An earlier question and what was answered."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a chat model answers."""

    question: str
    passages: Sequence[Passage]
    """Best first; the n-th is cited as [n]."""
    history: Sequence[PastTurn] = ()
    """Oldest first."""
    company: str = ""
    locale: str | None = None
