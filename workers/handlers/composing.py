"""An answer's making: retrieve, prompt, stream, and quote the documents when no model answers."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from shared import log
from shared.db.claims import Claim, Outcome
from shared.db.unanswered import WAITING
from shared.vocabulary import FinishReason, TurnStatus
from workers.dependencies import Dependencies, TurnEvents
from workers.domain.citations import cited
from workers.domain.followup import search_query
from workers.domain.leads.hearing import Heard
from workers.domain.leads.transitions import Signal
from workers.domain.links import LinkGuard
from workers.domain.prompt import PastTurn, Prompt
from workers.domain.texts import filtered
from workers.domain.words import says_nothing
from workers.handlers.lead_talk import LeadChange, change_by, event_of, follow, listen
from workers.ports import ChatModel, Finish, ModelMisconfigured, ModelTimeout, ModelUnavailable

TRIES: Final = 2
LONGEST_PAUSE_SECONDS: Final = 1.0  # a visitor is waiting: a longer Retry-After means quoting instead


@dataclass(frozen=True, slots=True)
class Told:
    """What a model said, and how it ended."""

    text: str
    finish: Finish


@dataclass(frozen=True, slots=True)
class Answered:
    """What the documents had to say; nothing where they were not asked."""

    outcome: Outcome
    unanswered: bool = False


NOTHING: Final = Outcome(TurnStatus.DONE, "", finish_reason=FinishReason.STOP)


@dataclass(frozen=True, slots=True)
class Composed:
    """A turn's answer, and what it changes of lead capture."""

    outcome: Outcome
    lead: LeadChange | None = None


async def compose(claim: Claim, events: TurnEvents, use: Dependencies) -> Composed:
    """Say the answer to `events` as it comes, and return it; there always is one.

    The documents speak first; what lead capture has to say or to ask comes after them.
    """
    heard = listen(claim, use.settings)
    answered = await _answer(claim, heard, events, use) if heard.wants_answer else Answered(NOTHING)
    step = follow(heard, claim, use.settings, unanswered=answered.unanswered)
    outcome = answered.outcome
    if step.says:
        added = f"\n\n{step.says}" if outcome.answer else step.says
        events.say(added)
        outcome = replace(outcome, answer=outcome.answer + added, lead=event_of(step, claim))
    return Composed(outcome, change_by(step, heard, claim, use.settings))


async def _answer(claim: Claim, heard: Heard, events: TurnEvents, use: Dependencies) -> Answered:
    history = [PastTurn(spoken.question, spoken.answer) for spoken in claim.history]
    searched = [turn for turn, spoken in zip(history, claim.history, strict=True) if spoken.searched]
    knowledge = use.knowledge.current()
    found = await knowledge.search(search_query(searched, claim.question), use.settings.passages_per_answer)
    if heard.signal is Signal.WANTED and not found.answerable:
        return Answered(
            replace(NOTHING, kb_release=knowledge.release)
        )  # who asks for a person need not hear that they don't tell
    prompt = Prompt(
        claim.question,
        found.passages,
        history,
        use.settings.company_name,
        claim.locale,
        answerable=found.answerable,
        link_hosts=use.settings.link_hosts,
    )
    told = await _tell(claim, prompt, events, use)
    citations = cited(told.text, found.passages)
    outcome = Outcome(
        TurnStatus.DONE,
        told.text,
        citations=citations,
        kb_release=knowledge.release,
        model=told.finish.model,
        usage=told.finish.usage,
        finish_reason=told.finish.reason,
    )
    quoted = told.finish.model == use.quoting.name
    if not citations and _is_question(claim, told):
        outcome = replace(outcome, unanswered=WAITING)
    return Answered(outcome, unanswered=not citations and (quoted or not found.answerable))


def _is_question(claim: Claim, told: Told) -> bool:
    """Whether the documents could have told: not of a greeting, nor where the model's maker would not have it said."""
    return told.finish.reason is not FinishReason.CONTENT_FILTER and not says_nothing(claim.question)


async def _tell(claim: Claim, prompt: Prompt, events: TurnEvents, use: Dependencies) -> Told:
    try:
        async with asyncio.timeout(use.settings.model_total_seconds):
            told = await _tell_with_retry(use.chat_model, prompt, events)
    except (ModelUnavailable, ModelMisconfigured, TimeoutError) as error:
        log.get().warning("model_failed", turn_id=claim.turn_id, model=use.chat_model.name, error=type(error).__name__)
        events.reset()
        return await _stream(use.quoting, prompt, events)
    if told.finish.reason is not FinishReason.CONTENT_FILTER:
        return told
    events.reset()
    safe = filtered(prompt.locale)
    events.say(safe)
    return Told(safe, told.finish)


async def _tell_with_retry(model: ChatModel, prompt: Prompt, events: TurnEvents) -> Told:
    """Ask again after a failure; what was said before it is taken back."""
    for _ in range(1, TRIES):
        try:
            return await _stream(model, prompt, events)
        except ModelTimeout:
            raise  # the visitor has waited long enough for this one
        except ModelUnavailable as error:
            pause = error.retry_after or 0
            if pause > LONGEST_PAUSE_SECONDS:
                raise
            await asyncio.sleep(pause)
            events.reset()
    return await _stream(model, prompt, events)


async def _stream(model: ChatModel, prompt: Prompt, events: TurnEvents) -> Told:
    said: list[str] = []
    guard = LinkGuard.of(prompt)

    def say(text: str) -> None:
        if text:
            said.append(text)
            events.say(text)

    async with aclosing(model.stream(prompt)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Finish):
                say(guard.rest())
                return Told("".join(said), piece)
            say(guard.pass_on(piece))
    raise ModelUnavailable("The answer broke off.")
