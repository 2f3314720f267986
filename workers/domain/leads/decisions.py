"""Whether a visitor accepts or declines what the desk has offered or asked to confirm."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import dropwhile
from typing import Final

from workers.domain.leads.introductions import GREETINGS
from workers.domain.leads.languages import languages
from workers.domain.leads.not_names import SMALL_WORDS_ANYWHERE
from workers.domain.leads.phrasebook import SIGNS, SIGNS_ELSEWHERE, Sign
from workers.domain.leads.phrases import Found, word_set


class Decision(StrEnum):
    """What a visitor decides."""

    ACCEPT = "accept"
    DECLINE = "decline"
    OTHER = "other"
    """Neither."""


AGAINST: Final = frozenset((Sign.NO, Sign.REFUSES, Sign.STOPS, Sign.WITHDRAWS, Sign.LATER, Sign.DONE, Sign.LEAVES))
MAY_GO_ON: Final = frozenset((Sign.WANTS, Sign.FINE))
NOT_SO: Final = frozenset((Sign.WRONG, Sign.CHANGE))
WORDS_ALONE: Final = frozenset((Sign.YES, Sign.WANTS, Sign.NO, Sign.GOOD, Sign.FINE, Sign.STOPS))
UNDECIDED: Final = frozenset((Sign.UNSURE, Sign.LEAVES))  # neither confirms nor denies
GOING_ON: Final = frozenset((Sign.CHANGE, Sign.FINE))
PLAIN: Final = frozenset((Sign.NO, Sign.REFUSES, Sign.STOPS, Sign.WITHDRAWS))
AGREES: Final = frozenset((Sign.YES, Sign.WANTS, Sign.GOOD, Sign.FINE))
OVERRULES: Final = frozenset((Sign.NO, Sign.LATER, Sign.STOPS, Sign.WITHDRAWS))
"""What a yes gives way to when it follows: "yeah no"."""
NOT: Final = word_set("not never nicht nie niemals pas jamais nunca jamás")  # behind it a yes is none: "of course not"
YES_ITSELF: Final = word_set("yes yeah yea yep yup ja jo jep sí si oui ouais")  # and goes on: "yes, not before noon"
FILLERS: Final = GREETINGS | word_set(". but then actually sorry hmm um uh eh pues bueno also alors ben euh bah and")
STEM: Final = 4
MOST_KEYS: Final = 80  # a decision stands at the beginning


def signs_in(keys: Sequence[str], locale: str | None) -> list[Sign]:
    """Return what the phrases of a message say, in order, in the likeliest language that has any.

    `keys` are the words, with "." before and behind each sentence.
    """
    keys = keys[:MOST_KEYS]
    for phrases in (*(SIGNS[language] for language in languages(keys, locale)), SIGNS_ELSEWHERE):
        if signs := list(_standing_out(phrases.find(keys), keys)):
            return signs
    return []


def _standing_out(found: Iterable[Found[Sign]], keys: Sequence[str]) -> Iterator[Sign]:
    """Yield the signs, except for a yes or no in mid-sentence, where it is another word: "I have no idea"."""
    before, agreed = 0, False
    for one in found:
        if (
            one.end - one.start == 1
            and one.means in WORDS_ALONE
            and not _stands_alone(one, keys, before, agreed=agreed)
        ):
            continue
        before, agreed = one.end, one.means in AGREES
        yield Sign.NO if agreed and _is_taken_back(one, keys) else one.means


def _stands_alone(one: Found[Sign], keys: Sequence[str], before: int, *, agreed: bool) -> bool:
    """Whether a word is a yes or no of its own: it opens, closes or follows another, or a word that says nothing."""
    if keys[one.end : one.end + 1] == ["."]:
        return True
    if agreed and one.means is Sign.NO:  # "yes please, no sugar"
        return False
    return one.start in (0, before) or keys[one.start - 1] in FILLERS


def _is_taken_back(one: Found[Sign], keys: Sequence[str]) -> bool:
    """Whether a "not" follows a yes."""
    behind = keys[one.end : one.end + 2]
    if keys[one.end - 1] == "." or not behind or behind[0] not in NOT:
        return False
    return keys[one.end - 1] not in YES_ITSELF or behind[1:] == ["."]


def on_offer(signs: Sequence[Sign], *, wants_it: bool, asks: bool) -> Decision:
    """Return the decision on an offer; `wants_it`: the message takes up what was offered in its own words."""
    told = [sign for sign in signs if sign not in NOT_SO and sign is not Sign.UNSURE]
    first = told[0] if told else None
    if first is Sign.YES:
        return Decision.ACCEPT if OVERRULES.isdisjoint(told[1:2]) else Decision.DECLINE
    if AGAINST.intersection(told):
        return Decision.DECLINE
    if wants_it or (first and not (asks and first is Sign.FINE)):
        return Decision.ACCEPT
    return Decision.OTHER


def on_confirmation(signs: Sequence[Sign], *, says_otherwise: bool, asks: bool) -> Decision:
    """Return the decision on what was to be confirmed; a correction is a no.

    `says_otherwise`: the message tells something about it, and neither agrees nor disagrees.
    """
    told = frozenset(sign for sign in signs if sign not in UNDECIDED)
    if NOT_SO & told or AGAINST & told - {Sign.DONE}:
        return Decision.DECLINE
    if told <= MAY_GO_ON and says_otherwise:
        return Decision.DECLINE
    return Decision.OTHER if not told or (asks and told <= MAY_GO_ON) else Decision.ACCEPT


def in_passing(signs: Sequence[Sign]) -> Decision | None:
    """Return what is said plainly where no yes or no was asked for."""
    if [*dropwhile(GOING_ON.__contains__, signs)][:1] == [Sign.YES]:
        return Decision.ACCEPT  # "actually, yes"
    return Decision.DECLINE if signs and signs[0] in PLAIN else None


def is_about(keys: Sequence[str], prompt_keys: Sequence[str]) -> bool:
    """Whether a message speaks of what the desk spoke of: they share the beginning of a word."""
    return not _stems(keys).isdisjoint(_stems(prompt_keys))


def _stems(keys: Sequence[str]) -> set[str]:
    return {key[:STEM] for key in keys if len(key) >= STEM and key not in SMALL_WORDS_ANYWHERE}
