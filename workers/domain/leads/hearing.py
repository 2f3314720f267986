"""What a message means to lead capture where it stands: one signal, and whether the documents are asked as well."""

from dataclasses import dataclass, replace
from typing import Final

from shared.vocabulary import Detail, LeadStep
from workers.domain.leads.pleasantries import Pleasantry
from workers.domain.leads.progress import CONTACT, Progress
from workers.domain.leads.reading import Asked, Decision, Reading
from workers.domain.leads.transitions import ABOUT_ELSE, Signal

OPEN: Final = frozenset({LeadStep.IDLE, LeadStep.DECLINED, LeadStep.EXPIRED})
"""Steps at which nothing is asked, and something may be offered."""
ASKED: Final = {
    LeadStep.OFFERED: Asked.OFFER,
    LeadStep.ASKING_NAME: Asked.NAME,
    LeadStep.ASKING_EMAIL: Asked.EMAIL,
    LeadStep.ASKING_PHONE: Asked.PHONE,
    LeadStep.CONFIRMING: Asked.CONFIRM,
}
STEP_OF: Final = {
    Detail.NAME: LeadStep.ASKING_NAME,
    Detail.EMAIL: LeadStep.ASKING_EMAIL,
    Detail.PHONE: LeadStep.ASKING_PHONE,
}
DETAIL_OF: Final = {step: detail for detail, step in STEP_OF.items()}
MERE_GOODBYE: Final = frozenset({Signal.REFUSED, Signal.WITHHELD, Signal.OTHER})
"""What a goodbye is taken for where it is not known to be one."""
DECIDED: Final = {Decision.ACCEPT: Signal.ACCEPTED, Decision.DECLINE: Signal.REFUSED}


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as lead capture understands it."""

    progress: Progress
    """With what the message gave."""
    signal: Signal
    wants_answer: bool
    """Whether the documents are asked; otherwise the desk's own words are all there is to say."""
    corrected: frozenset[Detail] = frozenset()
    """Kinds of which an earlier value was wrong."""
    broken: Detail | None = None
    """What was meant to be given, and can't be right."""
    replaces: bool = False
    """Whether it gives something other than what was known."""
    refused: frozenset[Detail] = frozenset()
    """What will not be given, by name, whatever was asked for."""
    pleasantry: Pleasantry | None = None
    """What the message is where it is nothing but small talk."""


def asked_by(progress: Progress) -> Asked | None:
    """Return what the visitor has just been asked for."""
    return Asked.CONFIRM if progress.suggestion else ASKED.get(progress.step)


def hear(progress: Progress, reading: Reading, turn_id: str, pleasantry: Pleasantry | None = None) -> Heard:
    """Return what a message, as it was read, means; `pleasantry` says what small talk it is, if it is no more."""
    leaves = pleasantry is Pleasantry.FAREWELL and reading.decision is not Decision.ACCEPT
    if progress.suggestion and not (reading.email or reading.withdraws or leaves):
        return _about_suggestion(progress, reading, turn_id)
    corrects = reading.corrects or progress.step is LeadStep.CONFIRMING
    name = _full_name(progress, reading, corrects=corrects)
    given = {Detail.NAME: name, Detail.EMAIL: reading.email, Detail.PHONE: reading.phone}
    after = progress.with_details({k: v for k, v in given.items() if v}, turn_id, corrects=corrects)
    new = frozenset(kind for kind in given if after.details.get(kind) != progress.details.get(kind))
    refused = reading.refuses - after.details.keys()
    withheld = after.withheld | refused | _chosen_against(progress, reading, new)
    after = replace(after, withheld=withheld, suggestion=reading.suggestion if Detail.EMAIL in new else None)
    signal = signal_of(progress, reading, new)
    if signal is Signal.MISTAKEN:
        after = after.without(reading.mistaken)
    if leaves and signal in MERE_GOODBYE:
        signal = Signal.LEFT
    elif signal is Signal.OTHER and pleasantry and not reading.asks:
        signal = Signal.SMALL_TALK
    wants_answer = reading.asks or signal in ABOUT_ELSE
    replaces = not new.isdisjoint(progress.details)
    corrected = new if corrects else frozenset[Detail]()
    return Heard(
        after,
        signal,
        wants_answer,
        corrected,
        _broken(reading),
        replaces=replaces,
        refused=refused,
        pleasantry=pleasantry,
    )


def _chosen_against(progress: Progress, reading: Reading, new: frozenset[Detail]) -> frozenset[Detail]:
    """Return what was asked for where another way to be reached was given instead: one is enough."""
    asked = DETAIL_OF.get(progress.step)
    others = new.intersection(CONTACT).difference(progress.details)  # what is put right is no answer
    chose = asked in CONTACT and asked not in new and others and _broken(reading) is not asked
    return frozenset({asked}) if asked and chose else frozenset()


def _full_name(progress: Progress, reading: Reading, *, corrects: bool) -> str | None:
    """Return the name as it is known now: a surname that comes by itself joins the given name."""
    known = progress.details.get(Detail.NAME)
    if not (known and reading.name and reading.is_surname):
        return reading.name
    if f" {known}".casefold().endswith(f" {reading.name}".casefold()):
        return known
    given = known.rpartition(" ")[0] if corrects else known
    return f"{given or known} {reading.name}"


def _broken(reading: Reading) -> Detail | None:
    """Return what was meant to be given, and can't be right; "no email" gives none."""
    bad = {Detail.EMAIL: reading.bad_email, Detail.PHONE: reading.bad_phone, Detail.NAME: reading.bad_name}
    return next((kind for kind, is_bad in bad.items() if is_bad and kind not in reading.refuses), None)


def signal_of(progress: Progress, reading: Reading, new: frozenset[Detail]) -> Signal:
    """Return the one thing that a message does; what was given counts for more than what was said about it."""
    step = progress.step
    # To the offer of a call, a name and no more is a yes; beside a question or a no it is none.
    unasked = step in OPEN or (step is LeadStep.OFFERED and (reading.asks or reading.decision is Decision.DECLINE))
    decided = DECIDED.get(reading.decision) if reading.decision and step in ASKED else None
    if step is LeadStep.DECLINED and reading.decision is Decision.ACCEPT:
        decided = Signal.ACCEPTED  # who has declined was told to say so if they change their mind
    if decided is Signal.REFUSED and step in DETAIL_OF and progress.reachable:
        decided = Signal.WITHHELD  # who has given an address and says no to the next question has not taken it back
    heard = (
        # A name alone, unasked, is good manners and no wish to be called.
        (Signal.DETAILS, new.intersection(CONTACT) if unasked else new),
        (Signal.WITHDRAWN, reading.withdraws),
        (Signal.MISTAKEN, reading.mistaken and step is LeadStep.CONFIRMING),
        (decided, decided),
        (Signal.WITHHELD, reading.withholds and step in ASKED),
        (Signal.INVALID, _broken(reading) and step not in OPEN),
        (Signal.WANTED, reading.wants_contact),
        (Signal.PRICED, reading.wants_price),
    )
    return next((signal for signal, holds in heard if signal and holds), Signal.OTHER)


def _about_suggestion(progress: Progress, reading: Reading, turn_id: str) -> Heard:
    """Take or leave the address that was suggested; whoever says neither keeps what was typed."""
    after = replace(progress, suggestion=None)
    if reading.decision is Decision.ACCEPT and progress.suggestion:
        after = after.with_details({Detail.EMAIL: progress.suggestion}, turn_id, corrects=True)
    return Heard(after, Signal.DETAILS, reading.asks, frozenset({Detail.EMAIL}))
