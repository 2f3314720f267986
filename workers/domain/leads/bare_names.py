"""Names that nothing announces: a reply that is one, a signature, a line of contact details."""

import re
from collections.abc import Iterator
from typing import Final

from workers.domain.leads.decisions import AGAINST
from workers.domain.leads.given_names import COMMON_WORDS_TOO
from workers.domain.leads.introductions import BOOKING_WORDS, GREETINGS, HONORIFICS
from workers.domain.leads.not_names import NO_REPLY, SAID_OF_ONESELF
from workers.domain.leads.phrasebook import SIGNS
from workers.domain.leads.runs import Run, Typed, run_from
from workers.domain.leads.whose import CORRECTING

BREAK: Final = re.compile(r"[,;:.!?\n|~()/\u2013\u2014\u3002\uff0c\uff01\uff1f\u060c\u061f]|\s-\s|\d")
QUESTION: Final = re.compile(r"[?\uff1f\u061f]")
PAIR: Final = 2
NOT_A_LONE_NAME: Final = NO_REPLY | SAID_OF_ONESELF


def bare_name(typed: Typed, *, asked_for: bool, with_details: bool) -> str | None:
    """Return the name that a part of a message, between two marks, consists of."""
    parts = list(_parts(typed))
    if asked_for:
        return _reply(typed, parts)
    if _puts_right(typed, parts):
        return typed.spelled(parts[-1])
    # A booking or a line of details names somebody; a message that is nothing else, or is signed, may.
    tells = with_details or (len(parts) > 1 and not BOOKING_WORDS.isdisjoint(typed.keys))
    if not tells and len(parts) > 1 and "\n" not in typed.words[parts[-1].start].gap:
        return None
    for part in (parts[0], parts[-1]):
        if run_from(typed, part.start) == part and _is_believable(typed, part, needs_given=not tells):
            return typed.spelled(part)
    return None


def _reply(typed: Typed, parts: list[Run]) -> str | None:
    """Return the name in a reply to "what is your name?"."""
    names = [run for part in parts if (run := _name_of(typed, part))]
    if not names:
        return None
    first, *others = names
    # "Anna, Smith" is one name in two parts, and so is "Smith, Anna".
    last = (
        others[0] if others and first.size == others[0].size == 1 and _follows_comma(typed, first, others[0]) else None
    )
    if last and typed.is_given(last) and not typed.is_given(first):
        first, last = last, first
    return " ".join(typed.spelled(run) for run in (first, last) if run)


def _puts_right(typed: Typed, parts: list[Run]) -> bool:
    """Whether a name takes another one's place: "no, Bob"."""
    if len(parts) != PAIR or run_from(typed, parts[-1].start) != parts[-1]:
        return False
    said = CORRECTING.at(typed.keys, parts[0].start)
    return bool(said and said.end == parts[0].end) and _is_believable(typed, parts[-1], needs_given=True)


def _follows_comma(typed: Typed, first: Run, last: Run) -> bool:
    return last.start == first.end and typed.words[last.start].gap.strip() == ","


def _name_of(typed: Typed, part: Run) -> Run | None:
    """Return the name that a part of a reply consists of, small words before and behind it aside."""
    start, end = part.start, part.end
    while start < end and typed.keys[start] in GREETINGS:
        start += 1
    run = run_from(typed, start) if start < end else None
    if not run or run.end > end or typed.keys[run.start] in NOT_A_LONE_NAME or typed.is_possessive(run):
        return None
    if (
        _is_a_word(typed, run, end)
        or (_is_a_decision(typed, run) and not typed.is_given(run))
        or (run.size == 1 and (typed.keys[run.start] in HONORIFICS or len(typed.words[run.start].text) == 1))
    ):
        return None
    if _is_asked_about(typed, part, run) and not typed.is_given(run):
        return None
    is_sure = typed.is_capital(run.start) and run.is_pair
    return run if typed.ends_name(run.end) or (is_sure and typed.ends_clause(run.end)) else None


def _is_a_decision(typed: Typed, run: Run) -> bool:
    """Whether a reply accepts or declines, and no name is in it: "laissez tomber", "go ahead"."""
    said = [one for signs in SIGNS.values() if (one := signs.at(typed.keys, run.start))]
    return any(one.end >= run.end and (one.means in AGAINST or one.end - one.start >= PAIR) for one in said)


def _is_a_word(typed: Typed, run: Run, end: int) -> bool:
    """Whether a run is more likely something else than a name; by itself, May is one."""
    alone = run == Run(run.start, end) and typed.keys[run.start] in COMMON_WORDS_TOO
    known = typed.known_words(run)
    return not (alone or typed.is_given(run)) and (known == run.size or known >= PAIR)


def _is_asked_about(typed: Typed, part: Run, run: Run) -> bool:
    """Whether a part is a question, not a name."""
    behind = typed.text[typed.words[part.end - 1].end :][:2]
    return bool(QUESTION.search(behind)) and not run.is_pair


def _is_believable(typed: Typed, run: Run, *, needs_given: bool) -> bool:
    """Whether words by themselves are a name although nobody asked for one."""
    if typed.is_given(run):
        return typed.keys[run.start] not in NOT_A_LONE_NAME
    return not needs_given and run.is_pair and typed.is_capital(run.start) and not typed.known_words(run)


def _parts(typed: Typed) -> Iterator[Run]:
    """Yield the parts of a message between marks."""
    start = 0
    for place in range(1, len(typed.words) + 1):
        if place == len(typed.words) or (BREAK.search(typed.words[place].gap) and not typed.joins(place)):
            yield Run(start, place)
            start = place
