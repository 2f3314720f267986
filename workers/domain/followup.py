"""What a question that leans on the one before it is really asking for."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from workers.domain.prompt import PastTurn
from workers.domain.words import content_words, words

TURNS_BACK: Final = 3  # a chain of follow-ups is followed no further
SHORT_WORDS: Final = 2  # so few words of meaning can lean on what was said
LEANING_WORDS: Final = 7  # with more, a question stands on its own even when it says "it"
BORROWED_WORDS: Final = 8
TOLD_WORDS: Final = 6  # borrowed from the answer before, which begins with what it is about
RESUMING_WORDS: Final = 4  # so few words of meaning can be about a thing that the answer before named

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
# "is the link enough?": a thing that has been spoken of.
NAMED: Final = re.compile(r"\b(?:the|el|la|los|las|der|die|das|den|le|les)\s+(\w+)|\bl['\u2019](\w+)", re.IGNORECASE)


def search_query(history: Sequence[PastTurn], question: str) -> str:
    """Return what to search for: the question, with the words it leaves unsaid borrowed from the questions before.

    `history` is oldest first. A question that stands on its own comes back as it is.
    """
    past = [turn for turn in history[-TURNS_BACK:] if turn.question]
    query = past[0].question if past else question
    for before, later in pairwise([*past, PastTurn(question, "")]):
        query = (
            _joined(query, before.answer, later.question) if leans(later.question, before.answer) else later.question
        )
    return query


def leans(question: str, answer: str = "") -> bool:
    """Whether a question can only be understood from what came before it, of which `answer` is the last."""
    meaning = len(content_words(question))
    if meaning > LEANING_WORDS:
        return False
    brief = meaning <= SHORT_WORDS and _is_brief(question)
    resumes = meaning <= RESUMING_WORDS and _names_a_thing_of(answer, question)
    return brief or resumes or bool(OPENING.match(question) or POINTING.search(question))


def _names_a_thing_of(answer: str, question: str) -> bool:
    """Whether the question speaks of "the" something that the answer spoke of."""
    named = {(one or other).casefold() for one, other in NAMED.findall(question)}
    return bool(named) and not named.isdisjoint(content_words(answer))


def _is_brief(question: str) -> bool:
    """Whether a question says little even with its small words: "hours?" does, "what can I bring?" names its verb."""
    return len(words(question)) <= SHORT_WORDS + 1


def _joined(before: str, answer: str, question: str) -> str:
    said = set(words(question))
    asked = [word for word in dict.fromkeys(content_words(before)) if word not in said][:BORROWED_WORDS]
    told = [word for word in dict.fromkeys(content_words(answer)) if word not in said.union(asked)][:TOLD_WORDS]
    return " ".join([question.strip(), *asked, *told])
