"""Finding the visitor's name in a message: where they say who they are, or where it was asked for."""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from workers.domain.leads.asked import DETAILS, Asked
from workers.domain.leads.bare_names import NOT_A_LONE_NAME, bare_name
from workers.domain.leads.given_names import COMMON_WORDS_TOO
from workers.domain.leads.introductions import (
    BEFORE_A_NAME,
    BOOKING_WORDS,
    BOOKINGS,
    HONORIFICS,
    IS_MY_NAME,
    SHOWS,
    Cue,
)
from workers.domain.leads.not_names import SAID_OF_ONESELF
from workers.domain.leads.other_scripts import name_in_other_script
from workers.domain.leads.phrases import word_set
from workers.domain.leads.runs import Run, Typed, run_from, run_to
from workers.domain.leads.whose import CORRECTING

LEAD_IN: Final = re.compile(r"[\s:,;\"'\u201c-\u201e\u2018\u2019\u00ab\u00bb(\u2013\u2014*_-]*|(?:\.{2,}|\u2026)\s?")
CLOSE_LEAD_IN: Final = re.compile(r"[\s:\"'\u201c-\u201e\u2018\u2019\u00ab\u00bb(*_]*")
LOOSE: Final = frozenset((Cue.NAMED, Cue.FIRST, Cue.LAST, Cue.AM))
CLOSE: Final = 6  # so many words before a name may say that it is put right
VAGUE: Final = word_set("this here bin ich hier aqui ici")
NEED_AN_OWNER: Final = word_set("name names first last second sur family given surname firstname lastname")


class Claim(NamedTuple):
    """Words that a message announces as a name."""

    cue: Cue
    run: Run
    start: int
    """Where the announcement begins."""
    phrase: tuple[str, ...]

    @property
    def behind(self) -> bool:
        """Whether the announcement follows: "… is my name"."""
        return self.start >= self.run.end


class Name(NamedTuple):
    """What a message holds of the visitor's name."""

    text: str | None = None
    is_surname: bool = False
    """Whether it is no more than that."""


def name_in(typed: Typed, *, asked: Asked | None, with_details: bool) -> Name:
    """Return the visitor's name.

    `typed` is the message with its other details turned into `|`; `with_details` tells whether there were any.
    """
    asked_for = asked is Asked.NAME
    if not typed.words:
        return Name()
    return _introduced(typed, asked) or Name(
        name_in_other_script(typed.text, asked_for=asked_for)
        or bare_name(typed, asked_for=asked_for, with_details=with_details)
    )


def _introduced(typed: Typed, asked: Asked | None) -> Name | None:
    """Return the name that words beside it announce."""
    found: dict[Cue, str] = {}
    for claim in _claims(typed):
        holds = claim.cue in HOLDS and HOLDS[claim.cue](typed, claim, asked)
        if holds and (claim.cue not in found or _is_corrected(typed, claim.run)):
            found[claim.cue] = typed.spelled(claim.run)
    first, last = found.get(Cue.FIRST), found.get(Cue.LAST)
    if last and not first and found.get(Cue.NAMED, last) != last:
        first = found[Cue.NAMED]
    if first or last:
        return Name(" ".join(filter(None, (first, last))), is_surname=not first)
    return next((Name(found[cue]) for cue in HOLDS if cue in found), None)


def _claims(typed: Typed) -> Iterator[Claim]:
    """Yield what is announced, in order."""
    foreign_until = 0
    for found in BEFORE_A_NAME.everywhere(typed.keys):
        if found.means is Cue.NOT_THEIRS:
            foreign_until = max(foreign_until, found.end)
        elif found.start >= foreign_until and (run := _run_after(typed, found.end, found.means)):
            yield Claim(found.means, run, found.start, tuple(typed.keys[found.start : found.end]))
    for found in IS_MY_NAME.find(typed.keys):
        if run := run_to(typed, found.start):
            yield Claim(found.means, run, found.start, tuple(typed.keys[found.start : found.end]))


def _run_after(typed: Typed, place: int, cue: Cue) -> Run | None:
    if place >= len(typed.words):
        return None
    lead_in = LEAD_IN if cue in LOOSE else CLOSE_LEAD_IN
    if not lead_in.fullmatch(typed.words[place].gap):
        return None
    is_miss = typed.keys[place] in HONORIFICS and not typed.is_capital(place)
    return run_from(typed, place + is_miss)


def _is_named(typed: Typed, claim: Claim, _asked: Asked | None) -> bool:
    """Whether "my name is" is followed by one: "my name is private" is not."""
    run = claim.run
    if typed.is_possessive(run) or (claim.behind and not (typed.is_capital(run.start) or typed.opens(run))):
        return False
    if not claim.behind and claim.phrase[0] in NEED_AN_OWNER and typed.follows_noun(claim.start):
        return False  # "my wife's name is"
    if run.size == 1 and typed.keys[run.start] in HONORIFICS:
        return False
    return run.is_pair or typed.keys[run.start] not in NOT_A_LONE_NAME


def _is_me(typed: Typed, claim: Claim, asked: Asked | None) -> bool:
    """Whether "I am" is followed by a name, or "here" comes after one."""
    run = claim.run
    if typed.is_possessive(run) or (claim.behind and not (typed.opens(run) and typed.ends_clause(run.end + 1))):
        return False
    if typed.is_given(run) and (
        typed.keys[run.start] not in SAID_OF_ONESELF or (run.is_pair and typed.is_capital(run.start))
    ):
        return typed.is_capital(run.start) or typed.ends_clause(run.end)
    if not typed.is_capital(run.start):
        return asked is Asked.NAME and not claim.behind and typed.ends_name(run.end)
    if typed.keys[run.start] in SAID_OF_ONESELF:
        return False
    if run.is_pair:
        return typed.known_words(run) < run.size
    # "Click here", "this is Spam" and "ich bin Zahnarzt" are as likely as a name.
    is_clear = asked is Asked.NAME or claim.phrase[0] not in VAGUE
    is_word = typed.known_words(run) and not (asked is Asked.NAME and typed.keys[run.start] in COMMON_WORDS_TOO)
    return is_clear and typed.ends_clause(run.end) and not is_word and not claim.behind


def _is_it(typed: Typed, claim: Claim, asked: Asked | None) -> bool:
    """Whether "it's" is followed by a name."""
    run = claim.run
    if asked is Asked.NAME or (asked is Asked.CONFIRM and typed.is_capital(run.start)):
        return typed.opens(Run(claim.start, run.end)) and _is_me(typed, claim, asked)
    return _is_capital_pair(typed, run) or (asked in DETAILS and _is_put_right(typed, run))


def _is_put_right(typed: Typed, run: Run) -> bool:
    """Whether a given name follows a word that takes something back: "no, it's Ann"."""
    is_given = typed.is_given(run) or (typed.is_capital(run.start) and typed.keys[run.start] in COMMON_WORDS_TOO)
    return is_given and typed.ends_name(run.end) and _is_corrected(typed, run)


def _is_corrected(typed: Typed, run: Run) -> bool:
    return any(CORRECTING.find(typed.keys[max(0, run.start - CLOSE) : run.start]))


def _is_put(typed: Typed, claim: Claim, asked: Asked | None) -> bool:
    """Whether "just put" is followed by a name."""
    return asked is Asked.NAME and _is_me(typed, claim, asked)


def _is_under(typed: Typed, claim: Claim, asked: Asked | None) -> bool:
    """Whether something is booked "under" a name."""
    run = claim.run
    if asked is not Asked.NAME and BOOKING_WORDS.isdisjoint(typed.keys):
        return len(claim.phrase) > 1 and _is_capital_pair(typed, run)
    known = typed.known_words(run) == run.size or typed.keys[run.start] in SAID_OF_ONESELF
    return typed.is_capital(run.start) and not typed.is_possessive(run) and (typed.is_given(run) or not known)


def _is_for(typed: Typed, claim: Claim, _asked: Asked | None) -> bool:
    """Whether a table is "for" somebody, by name."""
    if BOOKINGS.isdisjoint(typed.keys) or not SHOWS.isdisjoint(typed.keys):
        return False
    return _is_capital_pair(typed, claim.run) or (typed.is_given(claim.run) and typed.is_capital(claim.run.start))


def _has_booked(typed: Typed, claim: Claim, _asked: Asked | None) -> bool:
    """Whether it is a name that "has a booking"."""
    return not BOOKINGS.isdisjoint(typed.keys) and typed.opens(claim.run) and _is_capital_pair(typed, claim.run)


def _is_party(typed: Typed, claim: Claim, _asked: Asked | None) -> bool:
    """Whether it is the party or the table of somebody: "the Smith party", "Anna Smith party of two"."""
    run = claim.run
    named = run.start > 0 and typed.keys[run.start - 1] in ("the", "a", "an") and typed.is_capital(run.start)
    is_single = claim.phrase == ("party",) and not typed.known_words(run) and not typed.is_possessive(run)
    return (named and (is_single or _is_capital_pair(typed, run))) or (
        typed.opens(run) and _is_capital_pair(typed, run)
    )


def _is_capital_pair(typed: Typed, run: Run) -> bool:
    """Whether two words or more with capitals are most likely a name."""
    if not run.is_pair or not typed.is_capital(run.start) or typed.is_possessive(run):
        return False
    return typed.is_given(run) or not typed.known_words(run)


HOLDS: Final[dict[Cue, Callable[[Typed, Claim, Asked | None], bool]]] = {
    Cue.NAMED: _is_named,
    Cue.FIRST: _is_named,
    Cue.LAST: _is_named,
    Cue.AM: _is_me,
    Cue.IT_IS: _is_it,
    Cue.PUT: _is_put,
    Cue.UNDER: _is_under,
    Cue.FOR: _is_for,
    Cue.HAS: _has_booked,
    Cue.PARTY: _is_party,
}
