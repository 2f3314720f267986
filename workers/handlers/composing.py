"""An answer's making: retrieve, prompt, stream, and quote the documents when no model answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from shared import tracing
from shared.db.claims import Claim, Outcome
from shared.db.unanswered import WAITING
from shared.settings import Settings
from shared.vocabulary import FinishReason, Provider, TurnStatus
from workers import metrics
from workers.dependencies import Dependencies, TurnEvents
from workers.domain.budget import Tab
from workers.domain.citations import cited
from workers.domain.followup import search_query
from workers.domain.leads.hearing import Heard
from workers.domain.leads.transitions import ABOUT_ELSE, Signal
from workers.domain.passage import Found
from workers.domain.prompt import PastTurn, Prompt
from workers.domain.words import says_nothing
from workers.handlers.lead_talk import LeadChange, change_by, event_of, follow, listen
from workers.handlers.telling import Told, tell
from workers.kb.asking import found_for
from workers.ports import SearchedRelease


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


async def compose(claim: Claim, events: TurnEvents, tab: Tab, use: Dependencies) -> Composed:
    """Say the answer to `events` as it comes, and return it; there always is one.

    The documents speak first; what lead capture has to say or to ask comes after them. What it costs is put on the tab.
    """
    heard = listen(claim, use.settings)
    answered = await _answer(claim, heard, events, tab, use) if heard.wants_answer else Answered(NOTHING)
    step = follow(heard, claim, use.settings, unanswered=answered.unanswered)
    outcome = answered.outcome
    if step.says:
        added = f"\n\n{step.says}" if outcome.answer else step.says
        events.say(added)
        outcome = replace(outcome, answer=outcome.answer + added, lead=event_of(step, claim))
    return Composed(outcome, change_by(step, heard, claim, use.settings))


async def _answer(claim: Claim, heard: Heard, events: TurnEvents, tab: Tab, use: Dependencies) -> Answered:
    history = [PastTurn(spoken.question, spoken.answer) for spoken in claim.history]
    searched = [turn for turn, spoken in zip(history, claim.history, strict=True) if spoken.searched]
    knowledge = use.knowledge.current()
    with tracing.span("search knowledge base", {"frontdesk.kb_release": knowledge.release}):
        found = await _found(claim.question, searched, heard, knowledge, use.settings)
        tracing.note({"frontdesk.passages": len(found.passages), "frontdesk.answerable": found.answerable})
    metrics.searched([passage.score for passage in found.passages], answerable=found.answerable)
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
        worded=found.worded,
        link_hosts=use.settings.link_hosts,
        parts=found.parts,
        shown=max(use.settings.passages_per_answer, len(found.parts)),
    )
    told = await tell(claim, prompt, events, tab, use)
    quoted = told.provider is Provider.QUOTING
    outcome = _outcome_of(told, cited(told.text, prompt.passages if quoted else prompt.given), knowledge.release)
    half = found.leaves_out({citation["n"] for citation in outcome.citations})
    if (half or not outcome.citations) and _is_question(claim, told):
        outcome = replace(outcome, unanswered=WAITING)
    return Answered(outcome, unanswered=half or (not outcome.citations and (quoted or not found.answerable)))


def _outcome_of(told: Told, citations: Sequence[dict[str, Any]], release: str | None) -> Outcome:
    return Outcome(
        TurnStatus.DONE,
        told.text,
        citations=citations,
        kb_release=release,
        model=told.finish.model,
        usage=told.finish.usage,
        provider=told.provider,
        degraded=told.degraded,
        finish_reason=told.finish.reason,
    )


async def _found(
    message: str, history: Sequence[PastTurn], heard: Heard, knowledge: SearchedRelease, settings: Settings
) -> Found:
    search = partial(knowledge.search, limit=settings.passages_per_answer)
    if heard.signal in ABOUT_ELSE:
        return await found_for(message, history, search)
    return await search(search_query(history, message))  # "Can you call me?" is for lead capture, not for a document


def _is_question(claim: Claim, told: Told) -> bool:
    """Whether the documents could have told: not of a greeting, nor where the model's maker would not have it said."""
    return told.finish.reason is not FinishReason.CONTENT_FILTER and not says_nothing(claim.question)
