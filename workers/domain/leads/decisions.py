"""Whether a visitor accepts or declines what the desk has offered or asked to confirm."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
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


AGAINST: Final = frozenset((Sign.NO, Sign.REFUSES, Sign.STOPS, Sign.LATER, Sign.DONE))
MAY_GO_ON: Final = frozenset((Sign.WANTS, Sign.FINE))
NOT_SO: Final = frozenset((Sign.WRONG, Sign.CHANGE))
WORDS_ALONE: Final = frozenset((Sign.YES, Sign.WANTS, Sign.NO, Sign.GOOD, Sign.FINE, Sign.STOPS))
PLAIN: Final = frozenset((Sign.YES, Sign.NO, Sign.REFUSES, Sign.STOPS))
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
    before = 0
    for one in found:
        is_word = one.end - one.start == 1 and one.means in WORDS_ALONE
        if (
            not is_word
            or one.start in (0, before)
            or keys[one.start - 1] in FILLERS
            or keys[one.end : one.end + 1] == ["."]
        ):
            before = one.end
            yield one.means


def on_offer(signs: Sequence[Sign], *, wants_it: bool, asks: bool) -> Decision:
    """Return the decision on an offer; `wants_it`: the message takes up what was offered in its own words."""
    told = [sign for sign in signs if sign not in NOT_SO and sign is not Sign.UNSURE]
    first = told[0] if told else None
    if first is Sign.YES:
        return Decision.DECLINE if told[1:2] == [Sign.LATER] else Decision.ACCEPT
    if AGAINST.intersection(told):
        return Decision.DECLINE
    if wants_it or (first and not (asks and first is Sign.FINE)):
        return Decision.ACCEPT
    return Decision.OTHER


def on_confirmation(signs: Sequence[Sign], *, says_otherwise: bool, asks: bool) -> Decision:
    """Return the decision on what was to be confirmed; a correction is a no.

    `says_otherwise`: the message tells something about it, and neither agrees nor disagrees.
    """
    told = frozenset(sign for sign in signs if sign is not Sign.UNSURE)
    if NOT_SO & told or AGAINST & told - {Sign.DONE}:
        return Decision.DECLINE
    if told <= MAY_GO_ON and says_otherwise:
        return Decision.DECLINE
    return Decision.OTHER if not told or (asks and told <= MAY_GO_ON) else Decision.ACCEPT


def in_passing(signs: Sequence[Sign]) -> Decision | None:
    """Return what is said plainly where no yes or no was asked for."""
    if not signs or signs[0] not in PLAIN:
        return None
    return Decision.ACCEPT if signs[0] is Sign.YES else Decision.DECLINE


def is_about(keys: Sequence[str], prompt_keys: Sequence[str]) -> bool:
    """Whether a message speaks of what the desk spoke of: they share the beginning of a word."""
    return not _stems(keys).isdisjoint(_stems(prompt_keys))


def _stems(keys: Sequence[str]) -> set[str]:
    return {key[:STEM] for key in keys if len(key) >= STEM and key not in SMALL_WORDS_ANYWHERE}
