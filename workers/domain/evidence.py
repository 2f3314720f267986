"""Whether what was found answers a question: a few signs, weighed by a release's own judge."""

import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from workers.domain.passage import Passage
from workers.domain.words import content_words

# Words of meaning: who says more describes a need, in words that documents may not have.
LONGEST_THING: Final = 3
LONGEST_WITH_DETAILS: Final = 5
UNLIKE: Final = 0.4  # questions of chance words come no nearer to any passage
LOOKED_AT: Final = 5  # passages, as many as an answer is made from

PRICE_ASKED: Final = (
    r"\bhow much (?:is|are|does|do|would|will|money)\b|\b(?:prices?|priced|costs?|fees?|expensive)\b"
    r"|\bcu[aá]nto cuesta\b|\bprecio\b|\bwas kostet\b|\bpreis\b|\bcombien coûte\b|\bprix\b"
)
MONEY_TOLD: Final = (
    r"[$€£¥]\s?\d|\d\s?[$€£¥%]|\d ?(?:USD|EUR|GBP|CHF|dollars?|euros?|pounds?|cents?)\b|\b(?:USD|EUR|GBP|CHF) ?\d"
    r"|\b(?:is|are|for|it's) free\b|\bfree of charge\b|\bno (?:extra )?(?:charge|fee|cost)\b|\bcosts? nothing\b"
    r"|\bgratis\b|\bkostenlos\b|\bgratuite?\b"
)
PRICE_TOLD: Final = MONEY_TOLD + r"|\bprices?\b"
NUMBER_ASKED: Final = (
    r"\bhow (?:many|long|old|fast|often|far|heavy|tall)\b|\bcu[aá]nt[oa]s\b|\bwie (?:viele|lange|alt|schnell|oft)\b"
)
NUMBER_TOLD: Final = (
    r"\d|\b(?:one|once|two|twice|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|hundred|unlimited"
    r"|immediately|instantly|daily|weekly|monthly|annually|forever|any|no|every|until)\b"
)
# What is asked for, and what a passage that tells it has in it.
FIGURES: Final = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))
    for asked, told in (
        (PRICE_ASKED, PRICE_TOLD),
        (NUMBER_ASKED, NUMBER_TOLD),
        (r"\b(?:what|which) percent(?:age)?\b|\bhow many percent\b", r"\d ?%|\bpercent"),
        (r"\bhow (?:many|much)\b.*\bper hour\b", r"\bhour"),
        (r"\bhow (?:many|much)\b.*\bper day\b", r"\bda(?:y|ily)"),
        (r"\bhow (?:many|much)\b.*\bper week\b", r"\bweek"),
        (r"\bhow (?:many|much)\b.*\bper month\b", r"\bmonth"),
    )
)
# "Do you sell spaceships?": whether there is such a thing; a desk whose documents never name it can't tell.
THING_ASKED: Final = re.compile(
    r"\W*(?:(?:hi|hello|hey|so|and|also|pls|please)\W+)*"
    r"(?:(?:do|can|could|would|will) (?:you|they|u|i|we)(?: also| ever)? "
    r"(?:sell|have|offer|rent out|rent|hire out|hire|stock|carry|run|breed|provide|buy|get|do|make)"
    r"|are you hiring|is there|are there|ha?ve you got|got any"
    r"|vend[eé]is|ten[eé]is|verkauft ihr|habt ihr|gibt es|vendez-vous|avez-vous)\s+(.+)",
    re.IGNORECASE | re.DOTALL,
)
DETAILS: Final = re.compile(
    r"\W+(?:and|as|at|because|by|for|from|if|in|of|on|or|so|that|to|when|which|who|with)\b|[,;.]", re.IGNORECASE
)
NO_THING: Final = re.compile(
    r"\b(?:(?:any|some)(?:thing|one|body|where)|persons?|people|ways?|places?|chances?|options?|kinds?|sorts?|types?)\b",
    re.IGNORECASE,
)
# "Is the shop down right now?" asks how things are; "we have to cancel tomorrow" may well ask for a rule.
STATE_ASKED: Final = re.compile(
    r"\b(?:right now|at (?:the|this) moment|currently)\b|\bany (?:\w+ ){1,4}left\b"
    r"|(?<!when )\b(?:is|are) (?:\w+ ){1,4}?(?:down|offline)\b",
    re.IGNORECASE,
)
# Who says what time it is, or asks whether somebody is open, is told when that is.
HOURS_ASKED: Final = re.compile(
    r"\b(?:open(?:ing)?|clos(?:e|ed|ing)|shut)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
    r"|\b\d{1,2}(?:[:.]\d\d)? ?(?:[ap]m\b|o'?clock|in the (?:morning|afternoon|evening))"
    r"|\b(?:half|quarter) (?:past|to|\d)",
    re.IGNORECASE,
)
DAY_NAMED: Final = re.compile(
    r"\b(?:today|tonight|tomorrow|yesterday|this (?:week|weekend|morning|evening)|last (?:night|week|season|year))\b",
    re.IGNORECASE,
)

# What each sign counts, in the order of `Evidence.signs`. The first three were learned by logistic regression from 456
# questions in people's own words about the FAQs of four companies and 65 about the sample shop's, against questions
# about anything else, and rounded; the others are set by hand. Of a word that is missing everywhere more tells against
# an answer than a likeness can tell for it: what is nearly told of is like the documents, too.
WEIGHTS: Final = (6.0, 1.0, 1.5, -4.0, -1.5, -4.0, -2.5, -3.0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signs, each between 0 and 1."""

    likeness: float
    """How near in meaning the nearest passage is: a cosine, 0 without embeddings."""
    carried: float
    """Which share of the question's words, weighted by rarity, the passage with the most of them carries."""
    together: float
    """Which share of them the best passages carry together."""
    elsewhere: float
    """How near in meaning the nearest of the questions is that are known to be about something else."""
    lacks_word: float
    """Which share of them is the one that tells most of those that stand in none of the passages."""
    lacks_figure: float
    """1 when a price or a number is asked for, and no passage tells one."""
    lacks_thing: float
    """Which share of the words for the thing that is asked for stands in none of the passages."""
    asks_for_now: float
    """1 when it is about this very moment, of which documents know nothing, a half when it names a day near it."""

    def signs(self) -> tuple[float, ...]:
        """Return them as a judge weighs them."""
        return (
            self.likeness,
            self.carried,
            self.together,
            self.elsewhere,
            self.lacks_word,
            self.lacks_figure,
            self.lacks_thing,
            self.asks_for_now,
        )


@dataclass(frozen=True, slots=True)
class Judge:
    """What makes a question answerable in one release: a logistic model over the signs."""

    bias: float
    """With it, the sum is above 0 exactly when the desk answers."""
    weights: tuple[float, ...] = WEIGHTS

    @property
    def is_of_today(self) -> bool:
        """Whether it weighs the signs that are looked for now: one from another version may not."""
        return len(self.weights) == len(WEIGHTS)

    def total(self, evidence: Evidence) -> float:
        """Return the weighed sum of the signs."""
        return self.bias + sum(weight * sign for weight, sign in zip(self.weights, evidence.signs(), strict=True))

    def is_answerable(self, evidence: Evidence) -> bool:
        """Whether the desk answers; never where the documents have neither a word of the question nor its meaning."""
        is_foreign = evidence.together == 0 and evidence.likeness < UNLIKE
        return not is_foreign and self.total(evidence) >= 0


def weigh(
    question: str,
    weights: Mapping[str, float],
    thing: AbstractSet[str],
    passages: Sequence[tuple[Passage, Collection[str]]],
    likeness: tuple[float, float],
) -> Evidence:
    """Return the evidence that some passages, each with its words, give for a question.

    `weights` are the question's words and how rare each is, `thing` those of them that name what is asked for.
    `likeness` is how near in meaning the nearest passage is, and the nearest question about something else.
    """
    whole = sum(weights.values()) or 1.0
    carried = [share_of(weights, words) for _, words in passages]
    all_words = {word for _, words in passages for word in weights.keys() & words}
    texts = [f"{passage.heading} {passage.text}" for passage, _ in passages]
    return Evidence(
        likeness=max(0.0, likeness[0]),
        carried=max(carried, default=0.0),
        together=sum(weights[word] for word in all_words) / whole,
        elsewhere=max(0.0, likeness[1]),
        lacks_word=max((weights[word] for word in weights.keys() - all_words), default=0.0) / whole,
        lacks_figure=float(lacks_figure(question, texts)),
        lacks_thing=sum(weights[word] for word in thing - all_words) / (sum(weights[word] for word in thing) or 1.0),
        asks_for_now=asks_for_now(question),
    )


def share_of(weights: Mapping[str, float], words: Collection[str]) -> float:
    """Return which share of a question's words, weighted by rarity, is among some words."""
    return sum(weights[word] for word in weights.keys() & words) / (sum(weights.values()) or 1.0)


def lacks_figure(question: str, texts: Sequence[str]) -> bool:
    """Whether a question asks for a price, a share or a number, and none of the texts has such a thing."""
    return any(asked.search(question) and not any(told.search(text) for text in texts) for asked, told in FIGURES)


def asks_for_now(question: str) -> float:
    """Return 1 for a question of how things are at this very moment, a half for one that names a day near it."""
    if HOURS_ASKED.search(question):
        return 0.0
    return 1.0 if STATE_ASKED.search(question) else 0.5 if DAY_NAMED.search(question) else 0.0


def thing_asked(question: str) -> str:
    """Return what a question asks whether there is any, empty when it asks for something else.

    Of a longer question what comes before its details: tours, of "do you do tours of the depot for schools".
    """
    found = THING_ASKED.match(question)
    if not found or len(content_words(found[1])) > LONGEST_WITH_DETAILS:
        return ""
    for thing in (found[1], DETAILS.split(found[1])[0]):
        if len(content_words(thing)) <= LONGEST_THING:
            return "" if NO_THING.search(thing) else thing
    return ""
