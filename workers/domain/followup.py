"""What a question that leans on the one before it is really asking for."""

import re
from collections.abc import Sequence
from typing import Final

from workers.domain.prompt import PastTurn
from workers.domain.words import content_words, words

TURNS_BACK: Final = 3  # a chain of follow-ups is followed no further
SHORT_WORDS: Final = 2  # so few words of meaning can lean on what was said
LEANING_WORDS: Final = 7  # with more, a question stands on its own even when it says "it"
BORROWED_WORDS: Final = 8

# "and for rentals?", "what about Sundays", "y los domingos?", "und am Sonntag?", "et le dimanche ?"
OPENING: Final = re.compile(
    r"[\s¿¡]*(?:and|but|or|also|then|what about|how about|y|e|pero|o|qué tal|y si|und|aber|oder|was ist mit"
    r"|wie ist es mit|et|mais|ou|et si|qu['\u2019]en est-il)\b[\s,]+",
    re.IGNORECASE,
)
# A word that stands for something said before. "it" stands for nothing in "is it possible to" or "how long does it
# take to", and "this" for nothing new in "this weekend".
POINTING: Final = re.compile(
    r"\b(?:they|them|those|these|the same|that one|this one|ellos|ellas|eso|esto|ello|davon|dafür|damit|dazu|dort"
    r"|celui-ci|celle-ci|ceux|cela|ça)\b"
    r"|\bit\b(?!(?: be)? (?:ok|okay|possible|true|allowed|necessary|safe|normal|common|worth)\b)"
    r"(?! (?:take|cost)s? \w+(?: \w+)* to\b)(?! (?:take|cost)s? to\b)"
    r"|\b(?:this|that)(?= (?:is|was|one|costs?|means?|works?|appl(?:y|ies)|includes?)\b|\s*(?:[?.!,]|$))"
    r"|\b(?:there|then|one)(?=\s*(?:[?.!,]|$))",
    re.IGNORECASE,
)


def search_query(history: Sequence[PastTurn], question: str) -> str:
    """Return what to search for: the question, with the words it leaves unsaid borrowed from the questions before.

    `history` is oldest first. A question that stands on its own comes back as it is.
    """
    past = [turn.question for turn in history[-TURNS_BACK:] if turn.question]
    query = past[0] if past else question
    for later in [*past[1:], question] if past else ():
        query = _joined(query, later) if leans(later) else later
    return query


def leans(question: str) -> bool:
    """Whether a question can only be understood from what came before it."""
    meaning = len(content_words(question))
    if meaning > LEANING_WORDS:
        return False
    brief = meaning <= SHORT_WORDS and _is_brief(question)
    return brief or bool(OPENING.match(question) or POINTING.search(question))


def _is_brief(question: str) -> bool:
    """Whether a question says little even with its small words: "hours?" does, "what can I bring?" names its verb."""
    return len(words(question)) <= SHORT_WORDS + 1


def _joined(before: str, question: str) -> str:
    said = set(words(question))
    borrowed = [word for word in dict.fromkeys(content_words(before)) if word not in said]
    return " ".join([question.strip(), *borrowed[:BORROWED_WORDS]])
