"""Lead capture's part in a turn: what the message means to it, what it adds to the answer, and what is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.db.claims import Claim
from shared.db.lead_states import LeadState
from shared.db.leads import Capture, Given
from shared.db.unit_of_work import UnitOfWork
from shared.settings import Settings
from shared.vocabulary import LeadStatus, LeadStep
from workers.domain.leads.flow import Rules, Situation, Step, Turn, advance, question, reply_to
from workers.domain.leads.hearing import Heard, asked_by, hear
from workers.domain.leads.pleasantries import Pleasantry, meant, pleasantry_in
from workers.domain.leads.progress import Progress, Said
from workers.domain.leads.reading import read
from workers.domain.leads.transitions import Signal
from workers.domain.leads.wording import wording_for


@dataclass(frozen=True, slots=True)
class LeadChange:
    """What a turn changes of its session's lead capture."""

    before: LeadState
    state: LeadState
    capture: Capture | None = None
    withdraws: bool = False
    """Whether the session takes back what it has given of a lead."""

    @property
    def moves(self) -> bool:
        """Whether it leads to another step."""
        return self.state.step is not self.before.step

    async def store(self, session_id: str, uow: UnitOfWork) -> None:
        """Store it, in the transaction that ends the turn."""
        if not self.capture and not self.withdraws and await uow.lead_states.move(session_id, self.before, self.state):
            return
        now = await uow.lead_states.hold(session_id)
        if now.step is LeadStep.CAPTURED is not self.before.step:
            await self._join(session_id, now, uow)
            return
        lead_id = await uow.leads.capture(self.capture) if self.capture else self.state.lead_id
        if self.withdraws:
            await uow.leads.withdraw(session_id)
            lead_id = None
        await uow.lead_states.put(session_id, replace(self.state, lead_id=lead_id))

    async def _join(self, session_id: str, now: LeadState, uow: UnitOfWork) -> None:
        """Add what was given to the lead that the contact form has made meanwhile."""
        capture = self.capture or Capture(session_id, self.state.given, LeadStatus.CAPTURED)
        if capture.given:
            await uow.leads.capture(replace(capture, known=now.lead_id))


def listen(claim: Claim, settings: Settings) -> Heard:
    """Return what the visitor's message means to lead capture where it stands."""
    before = _progress(claim)
    pleasantry = pleasantry_in(claim.question, asking=asked_by(before) is not None)
    if not settings.lead_capture:
        asks = pleasantry in {None, Pleasantry.OTHER}
        return Heard(before, Signal.OTHER, wants_answer=asks, pleasantry=pleasantry)
    asked = question(before, wording_for(claim.locale), settings.company_name)
    reading = read(
        claim.question,
        asked_by(before),
        prompt=asked,
        region=settings.default_region,
        locale=claim.locale,
    )
    return hear(before, meant(reading, pleasantry), claim.turn_id, pleasantry)


def follow(heard: Heard, claim: Claim, settings: Settings, *, unanswered: bool) -> Step:
    """Return what lead capture says after the answer, and where it stands then."""
    wording = wording_for(claim.locale)
    if not settings.lead_capture:
        met = heard.pleasantry if not heard.wants_answer else None
        return Step(heard.progress, reply_to(met, wording, settings.company_name) if met else "")
    rules = Rules(settings.company_name, settings.lead_offer_after_turns, settings.lead_quiet_turns)
    return advance(Situation(heard, Turn(claim.seq, unanswered), wording, rules))


def change_by(step: Step, heard: Heard, claim: Claim, settings: Settings) -> LeadChange | None:
    """Return what is to be stored, None when nothing changed."""
    if step.progress == _progress(claim) and not claim.lead.lead_id:  # a lead's talk that goes on is summed up again
        return None
    state = LeadState(step.progress.step, step.progress.memory(), step.progress.asked, claim.lead.lead_id)
    if not step.stores:
        return LeadChange(claim.lead, state, withdraws=step.withdraws)
    capture = Capture(
        claim.session_id,
        _given(step.stores),
        LeadStatus.CAPTURED,
        consent_text=step.consent or None,
        corrected=heard.corrected,
        known=claim.lead.lead_id,
        announce=settings.has_webhook,
    )
    return LeadChange(claim.lead, state, capture)


def event_of(step: Step, claim: Claim) -> dict[str, Any] | None:
    """Return the data of the `lead` event, None when there is nothing to tell."""
    if step.progress.step is claim.lead.step and not step.prompt:
        return None
    told: dict[str, Any] = {"step": step.progress.step.value}
    if step.prompt:
        told["prompt"] = step.prompt
    if step.quick_replies:
        told["quick_replies"] = [*step.quick_replies]
    return told


def abandoned(session_id: str, state: LeadState) -> LeadChange | None:
    """Return what becomes of lead capture when its session ends: whoever can be reached is a lead, if a partial one.

    None when it had come to its end.
    """
    if state.step is LeadStep.CAPTURED:
        return None
    progress = Progress.of(state.step, state.asked_count, state.pending)
    ended = replace(state, step=LeadStep.EXPIRED, pending={}, asked_count=0)
    if not (progress.said and progress.reachable):
        return LeadChange(state, ended)
    return LeadChange(state, ended, Capture(session_id, state.given, LeadStatus.PARTIAL, known=state.lead_id))


def _given(said: Sequence[Said]) -> list[Given]:
    return [Given(one.kind, one.value, one.turn_id, wrong=one.wrong) for one in said]


def _progress(claim: Claim) -> Progress:
    return Progress.of(claim.lead.step, claim.lead.asked_count, claim.lead.pending)
