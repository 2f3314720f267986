"""Lead capture, decided in code: from where it stands and what was heard to what is said and stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from shared.vocabulary import Detail, LeadStep
from workers.domain.leads.hearing import DETAIL_OF, OPEN, STEP_OF, Heard
from workers.domain.leads.pleasantries import Pleasantry
from workers.domain.leads.progress import CONTACT, Progress, Said
from workers.domain.leads.transitions import ABOUT_ELSE, TRANSITIONS, Move, Signal
from workers.domain.leads.wording import Wording

MOST_REPEATS: Final = 2  # of a question, to a visitor who talks about something else
MOST_MISSES: Final = 2
MET_BESIDES: Final = frozenset((Pleasantry.MACHINE, Pleasantry.PURPOSE))
"""What wants a reply before the pending question is repeated."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How eager the desk is, and whose it is."""

    company: str
    offer_after_turns: int
    """So many turns have been answered before contact is offered unasked."""
    quiet_turns: int
    """For so many turns nothing is offered after a refusal."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn in which something was heard."""

    seq: int
    unanswered: bool = False
    """Whether the documents did not tell."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is said, and where capture stands afterwards."""

    progress: Progress
    reply: str = ""
    prompt: str = ""
    """The question that is pending now; it is said after the reply."""
    quick_replies: tuple[str, ...] = ()
    stores: tuple[Said, ...] = ()
    """What becomes a lead's now."""
    consent: str = ""
    """The question that was answered with yes."""
    withdraws: bool = False
    """Whether what has become a lead's is taken back."""

    @property
    def says(self) -> str:
        """What is said after the answer from the documents, if there is one."""
        return " ".join(part for part in (self.reply, self.prompt) if part)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a move may look at."""

    heard: Heard
    turn: Turn
    wording: Wording
    rules: Rules

    @property
    def progress(self) -> Progress:
        """Where capture stands, with what was just given."""
        return self.heard.progress

    def fill(self, text: str) -> str:
        """Return a text with the company's name in it."""
        return text.format(company=self.rules.company)

    def question(self, progress: Progress) -> str:
        """Return what is asked next."""
        return question(progress, self.wording, self.rules.company)


def advance(now: Situation) -> Step:
    """Return what follows; the table decides."""
    return MOVES[TRANSITIONS[now.progress.step, signal_in(now)]](now)


def signal_in(now: Situation) -> Signal:
    """Return the signal, with what only the answer could show where nothing else was heard."""
    signal, progress = now.heard.signal, now.progress
    if signal not in ABOUT_ELSE or progress.step not in OPEN:
        return signal
    if now.turn.seq < progress.quiet_until:
        return Signal.OTHER
    if signal is Signal.PRICED:
        return signal
    if now.turn.unanswered:
        return Signal.UNANSWERED
    return Signal.AT_HOME if now.turn.seq > now.rules.offer_after_turns else signal


def _stay(now: Situation) -> Step:
    return Step(now.progress)


def _offer(now: Situation) -> Step:
    return _ask(now, LeadStep.OFFERED)


def _ask_on(now: Situation, reply: str = "") -> Step:
    """Ask for what is missing; with all that the visitor wants to give, ask for the consent."""
    progress = replace(now.progress, misses=0)
    if step := _next_step(progress):
        return _ask(now, step, reply or _acknowledgement(now), progress)
    return _quiet(now, f"{reply} {now.wording.unreachable}".strip(), replace(progress, withheld=frozenset()))


def _next_step(progress: Progress) -> LeadStep | None:
    """Return where to go on; None where there is no way to reach the visitor and none will be given."""
    if progress.suggestion:
        return LeadStep.ASKING_EMAIL
    if missing := progress.missing:
        return STEP_OF[missing]
    return LeadStep.CONFIRMING if progress.reachable else None


def _acknowledgement(now: Situation) -> str:
    if now.heard.broken:
        return _how_it_looks(now)
    if now.progress.step is LeadStep.OFFERED:
        return now.wording.accepted
    return now.wording.updated if now.heard.replaces else ""


def _skip(now: Situation, reply: str = "") -> Step:
    detail = DETAIL_OF.get(now.progress.step)
    if detail and now.heard.refused and detail not in now.heard.refused:
        return _ask_on(now, now.wording.updated)
    withheld = now.progress.withheld | {detail} if detail else now.progress.withheld
    progress = replace(now.progress, withheld=withheld)
    broken = None if now.heard.broken is detail else now.heard.broken  # "keep my email out of it"
    return _ask_on(replace(now, heard=replace(now.heard, progress=progress, broken=broken)), reply)


def _repeat(now: Situation) -> Step:
    """Ask again; after a few times only when there is nothing else to say."""
    if now.progress.asked > MOST_REPEATS and now.heard.wants_answer:
        return Step(now.progress)
    met = _met(now) if now.heard.pleasantry in MET_BESIDES else ""
    return _ask(now, now.progress.step, met, asked=now.progress.asked + 1)


def _hint(now: Situation) -> Step:
    """Say that it can't be read, and how it should look; whoever was asked for it and can't is not asked again."""
    is_asked_for = now.heard.broken is DETAIL_OF.get(now.progress.step)
    progress = replace(now.progress, misses=now.progress.misses + is_asked_for)
    if is_asked_for and progress.misses >= MOST_MISSES:
        return _skip(now, now.wording.unread)
    if progress.step is LeadStep.CONFIRMING:
        return _ask(now, progress.step, _how_it_looks(now), progress, asked=progress.asked)
    return Step(progress, prompt=_how_it_looks(now), quick_replies=_quick_replies(progress, now.wording))


def _how_it_looks(now: Situation) -> str:
    wording = now.wording
    hints = {Detail.NAME: wording.bad_name, Detail.EMAIL: wording.bad_email, Detail.PHONE: wording.bad_phone}
    return hints[now.heard.broken or Detail.EMAIL]


def _decline(now: Situation) -> Step:
    return _quiet(now, now.wording.declined, now.progress)


def _leave(now: Situation) -> Step:
    return _quiet(now, now.wording.farewell, now.progress)


def _discard(now: Situation) -> Step:
    return _quiet(now, now.wording.discarded, replace(now.progress, details={}, said=(), withheld=frozenset()))


def _ask_again(now: Situation) -> Step:
    return _ask_on(now, now.wording.mistaken)


def _withdraw(now: Situation) -> Step:
    return replace(_quiet(now, now.wording.withdrawn, Progress()), withdraws=True)


def _quiet(now: Situation, reply: str, progress: Progress) -> Step:
    until = now.turn.seq + now.rules.quiet_turns + 1
    rest = replace(progress, step=LeadStep.DECLINED, asked=0, misses=0, suggestion=None, quiet_until=until)
    return Step(rest, now.fill(reply))


def _capture(now: Situation) -> Step:
    progress = replace(now.progress, step=LeadStep.CAPTURED, asked=0, misses=0, said=())
    return Step(
        progress,
        now.fill(now.wording.captured),
        stores=now.progress.said,
        consent=now.question(now.progress),
    )


def _update(now: Situation) -> Step:
    return Step(replace(now.progress, said=(), suggestion=None), now.wording.updated, stores=now.progress.said)


def _reassure(now: Situation) -> Step:
    return Step(now.progress, now.fill(now.wording.known))


def _chat(now: Situation) -> Step:
    return Step(now.progress, _met(now))


def _met(now: Situation) -> str:
    pleasantry = now.heard.pleasantry or Pleasantry.OTHER
    if pleasantry is Pleasantry.OTHER and now.progress.step is LeadStep.CAPTURED:
        return now.wording.welcome
    return reply_to(pleasantry, now.wording, now.rules.company)


def reply_to(pleasantry: Pleasantry, wording: Wording, company: str) -> str:
    """Return how small talk is met."""
    replies = {
        Pleasantry.GREETING: wording.greeting,
        Pleasantry.THANKS: wording.welcome,
        Pleasantry.REACTION: wording.reaction,
        Pleasantry.FAREWELL: wording.farewell,
        Pleasantry.MACHINE: wording.machine,
        Pleasantry.PURPOSE: wording.purpose,
        Pleasantry.OTHER: wording.small_talk,
    }
    return replies[pleasantry].format(company=company)


def _ask(now: Situation, step: LeadStep, reply: str = "", progress: Progress | None = None, *, asked: int = 1) -> Step:
    after = replace(progress or now.progress, step=step, asked=asked)
    return Step(after, reply, now.question(after), _quick_replies(after, now.wording))


def question(progress: Progress, wording: Wording, company: str) -> str:
    """Return what the visitor is being asked, nothing where nothing is."""
    contact = wording.joint.join(progress.details[kind] for kind in CONTACT if kind in progress.details)
    questions = {
        LeadStep.OFFERED: wording.offer,
        LeadStep.ASKING_NAME: wording.ask_name,
        LeadStep.ASKING_EMAIL: wording.ask_email,
        LeadStep.ASKING_PHONE: wording.ask_phone,
        LeadStep.CONFIRMING: wording.confirm,
    }
    text = wording.ask_suggestion if progress.suggestion else questions.get(progress.step, "")
    return text.format(company=company, contact=contact, suggestion=progress.suggestion)


def _quick_replies(progress: Progress, wording: Wording) -> tuple[str, ...]:
    if progress.suggestion or progress.step in {LeadStep.OFFERED, LeadStep.CONFIRMING}:
        return wording.yes, wording.no
    return (wording.skip,) if progress.step is LeadStep.ASKING_PHONE else ()


MOVES: Final[Mapping[Move, Callable[[Situation], Step]]] = {
    Move.STAY: _stay,
    Move.OFFER: _offer,
    Move.ASK_ON: _ask_on,
    Move.SKIP: _skip,
    Move.REPEAT: _repeat,
    Move.HINT: _hint,
    Move.DECLINE: _decline,
    Move.LEAVE: _leave,
    Move.DISCARD: _discard,
    Move.ASK_AGAIN: _ask_again,
    Move.WITHDRAW: _withdraw,
    Move.CAPTURE: _capture,
    Move.UPDATE: _update,
    Move.REASSURE: _reassure,
    Move.CHAT: _chat,
}
