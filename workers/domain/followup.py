"""What a question that leans on the one before it is really asking for."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from workers.domain.citations import MARKER
from workers.domain.prompt import PastTurn
from workers.domain.texts import QUOTING
from workers.domain.usual_questions import is_usual
from workers.domain.wishes import topic_of
from workers.domain.words import content_words, words

TURNS_BACK: Final = 3  # a chain of follow-ups is followed no further
FEW_WORDS: Final = 3  # a question of no more can be half of one
LEANING_WORDS: Final = 7  # with more of meaning, a question stands on its own even when it says "it"
BORROWED_WORDS: Final = 8
TOLD_WORDS: Final = 4  # borrowed from the answer before, which begins with what it is about
STEM_LETTERS: Final = 4  # so many in common make one word of "list" and "listed"
RESUMING_WORDS: Final = 4  # so few words of meaning can be about a thing that the answer before named

# "and for rentals?", "what about Sundays", "y los domingos?", "und am Sonntag?", "et le dimanche ?"
OPENING: Final = re.compile(
    r"[\s¿¡]*(?:and|but|or|also|then|what about|how about|y|e|pero|o|qué tal|y si|und|aber|oder|was ist mit"
    r"|wie ist es mit|et|mais|ou|et si|qu['\u2019]en est-il)\b[\s,]+",
    re.IGNORECASE,
)
# "for children?", "am Sonntag?", "¿es gratis?": the second half of a question
ENDING: Final = re.compile(
    r"[\s¿¡]*(?:in|on|at|by|for|from|to|of|with|without|until|before|after|en|con|sin|para|por|desde|hasta|es|está"
    r"|im|am|an|auf|bei|für|mit|ohne|von|vom|bis|nach|à|au|aux|avec|sans|pour|chez|dans)\s",
    re.IGNORECASE,
)
# A word that stands for something said before. "it" stands for nothing in "is it possible to" or "how long does it
# take to", and "this" for nothing new in "this weekend".
POINTING: Final = re.compile(
    r"\b(?:they|them|theirs?|those|these|the same|that one|this one|ellos|ellas|eso|esto|ello|davon|dafür|damit|dazu"
    r"|dort|celui-ci|celle-ci|ceux|cela|ça)\b"
    r"|\bit\b(?!(?: be)? (?:ok|okay|possible|true|allowed|necessary|safe|normal|common|worth)\b)"
    r"(?! (?:take|cost)s? \w+(?: \w+)* to\b)(?! (?:take|cost)s? to\b)"
    r"|\b(?:this|that)(?= (?:is|was|one|costs?|means?|works?|appl(?:y|ies)|includes?)\b|\s*(?:[?.!,]|$))"
    r"|\b(?:is|was|does|would|will) (?:this|that)\b(?! (?:week|month|year|morning|afternoon|evening))"
    r"|\b(?:there|then|one)(?=\s*(?:[?.!,]|$))"
    r"|\b(?:ist|sind|kostet|geht|gilt) (?:das|es|sie|er)(?= \w+\W*$|\W*$)|\bc['\u2019]est\b",
    re.IGNORECASE,
)
# "Is the bike assembled when it comes?": what it stands for, the question has named.
NAMED_BEFORE: Final = re.compile(
    r"(\b(?:the|an?|my|our|your)\s+\w+\b.{0,99}\b(?:when|if|once|before|after|until|because|while)) it\b", re.IGNORECASE
)
PERSON: Final = re.compile(r"\b(?:he|him|his|she|hers?|él|ella|ihn|ihm|elle|lui)\b", re.IGNORECASE)
# "is that so for rentals?": what was said, and no thing.
TOLD: Final = re.compile(r"\b(?:is|was|does|would|will) (?:this|that)\b|\b(?:this|that) (?:is|was)\b", re.IGNORECASE)
# "the link", "that list": a thing that the answer may have spoken of.
NAMED: Final = re.compile(
    r"\b(?:the|that|this|those|these|el|la|los|las|es[eao]s?|est[eao]s?|der|die|das|den|dem|diese[mnrs]?|le|les|ce|cet"
    r"|cette|ces)\s+(\w+)|\bl['\u2019](\w+)",
    re.IGNORECASE,
)
# A name within a sentence. Whoever names a product says what they mean, whatever else the answer named it beside.
PROPER: Final = re.compile(r"(?<=[a-zà-ÿ,;] )[A-ZÀ-Þ]\w+")
GERMAN: Final = re.compile(r"\b(?:der|die|das|den|dem|diese[mnrs]?)\b", re.IGNORECASE)  # all its nouns are written so

# What is asked of a thing that was named before.
MEASURES: Final = frozenset(
    """
    much many long far big old often early late soon time times day days today tomorrow tonight price prices pricing
    cost costs fee fees mucho muchos tiempo lejos veces día días hoy mañana precio precios cuesta cuestan coste
    viel viele lange weit groß alt oft früh spät zeit tag tage heute morgen preis preise kostet kosten wieviel
    longtemps loin temps jour jours souvent tôt tard demain prix coûte coûtent tarif
    """.split()  # noqa: SIM905 - a table of words reads better as text
)
# What else names nothing by itself.
NAMELESS: Final = MEASURES | frozenset(
    """
    since else anything something everything more another other others different again still really sure come mean
    example details info free included extra available possible refundable valid cheap cheaper expensive
    otro otra otros otras seguro ejemplo detalles gratis incluido incluida posible disponible válido barato caro cara
    sonst mehr andere anderes wirklich sicher genau beispiel seit kostenlos inklusive möglich verfügbar gültig teuer
    autre autres encore vraiment sûr exemple depuis gratuit gratuite compris comprise inclus possible disponible cher
    """.split()  # noqa: SIM905 - as above
)

# What names nothing in a question beside another: "What do I do now?"
VAGUE: Final = frozenset(("now", "happens", "ahora", "pasa", "jetzt", "passiert", "maintenant", "passe"))


def search_query(history: Sequence[PastTurn], question: str) -> str:
    """Return what to search for: the question, with the words it leaves unsaid borrowed from the questions before.

    `history` is oldest first. A question that stands on its own comes back as it is, without the wish to be called.
    """
    asked = [PastTurn(topic_of(turn.question), turn.answer) for turn in history[-TURNS_BACK:]]
    question = topic_of(question) or question
    past = [turn for turn in asked if turn.question]
    query = past[0].question if past else question
    for before, later in pairwise([*past, PastTurn(question, "")]):
        query = (
            _joined(query, before.answer, later.question) if leans(later.question, before.answer) else later.question
        )
    return query


def leans(question: str, answer: str = "") -> bool:
    """Whether a question can only be understood from what came before it, of which `answer` is the last."""
    if len(content_words(question)) > LEANING_WORDS:
        return False
    if OPENING.match(question) or _points_back(question) or PERSON.search(question):
        return True
    return _is_half(question) or _resumes(answer, question)


def is_part(question: str) -> bool:
    """Whether a question beside another is a part of that one: "and Mexico?", "how much?", "is there a fee?"."""
    if OPENING.match(question):
        return True
    return VAGUE.issuperset(_things(question)) and not _points_back(question)


def _points_back(question: str) -> bool:
    return bool(POINTING.search(NAMED_BEFORE.sub(r"\1", question)))


def _is_half(question: str) -> bool:
    """Whether a short question says nothing of its own, as "how long?" does, or only how another one ends."""
    says_little = not _things(question) or bool(ENDING.match(question))
    return len(words(question)) <= FEW_WORDS and says_little and not is_usual(question)


def _resumes(answer: str, question: str) -> bool:
    """Whether a question that says little names a thing that the answer spoke of: "the link", "that list"."""
    return len(content_words(question)) <= RESUMING_WORDS and _names_told(answer, question)


def _names_told(answer: str, question: str) -> bool:
    named = {(one or other).casefold() for one, other in NAMED.findall(question)}
    if not GERMAN.search(question):
        named -= {word.casefold() for word in PROPER.findall(answer)}
    return any(_is_same(name, word) for name in named for word in content_words(answer))


def _is_same(name: str, word: str) -> bool:
    shorter, longer = sorted((name, word), key=len)
    return name == word or (len(shorter) >= STEM_LETTERS and longer.startswith(shorter))


def _things(question: str) -> list[str]:
    """Return the words by which a question can name what it is about."""
    return [word for word in content_words(question) if word not in NAMELESS]


def _joined(before: str, answer: str, question: str) -> str:
    said = set(words(question))
    asked = [word for word in dict.fromkeys(content_words(before)) if word not in said][:BORROWED_WORDS]
    about = _told_in(answer) if _is_about(answer, question) else ""
    passed = said.union(asked, MEASURES)  # how long and how much was told leads back to where it was
    told = [word for word in dict.fromkeys(content_words(about)) if word not in passed and not word.isdigit()]
    return " ".join([question.strip(), *asked, *told[:TOLD_WORDS]])


def _is_about(answer: str, question: str) -> bool:
    """Whether a question is about what was answered: "it" is what was asked about before, "that list" may not be."""
    if TOLD.search(question):
        return True
    if not _things(question):
        return MEASURES.isdisjoint(words(question)) and not PERSON.search(question)
    return _names_told(answer, question)


def _told_in(answer: str) -> str:
    """Return what the documents told in an answer, without what the desk says of its own before and after it."""
    for wording in QUOTING.values():
        if answer.startswith(wording.unknown):
            return ""
        answer = answer.removeprefix(wording.found)
    *told, _ = MARKER.split(answer)[::2]  # every second piece is the number in a marker
    return " ".join(told) or answer
