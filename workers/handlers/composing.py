"""An answer's making: retrieve, prompt, stream, and quote the documents when no model answers."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from shared import log
from shared.db.claims import Claim, Outcome
from shared.vocabulary import FinishReason, TurnStatus
from workers.dependencies import Dependencies, TurnEvents
from workers.domain.citations import cited
from workers.domain.followup import search_query
from workers.domain.prompt import PastTurn, Prompt
from workers.domain.texts import filtered
from workers.ports import ChatModel, Finish, ModelMisconfigured, ModelTimeout, ModelUnavailable

TRIES: Final = 2
LONGEST_PAUSE_SECONDS: Final = 1.0  # a visitor is waiting: a longer Retry-After means quoting instead


@dataclass(frozen=True, slots=True)
class Told:
    """What a model said, and how it ended."""

    text: str
    finish: Finish


async def compose(claim: Claim, events: TurnEvents, use: Dependencies) -> Outcome:
    """Say the answer to `events` as it comes, and return it; there always is one."""
    history = [PastTurn(*spoken) for spoken in claim.history]
    release = use.knowledge.release
    passages = await use.knowledge.search(search_query(history, claim.question), use.settings.passages_per_answer)
    prompt = Prompt(claim.question, passages, history, use.settings.company_name, claim.locale)
    told = await _tell(claim, prompt, events, use)
    return Outcome(
        TurnStatus.DONE,
        told.text,
        citations=cited(told.text, passages),
        kb_release=release,
        model=told.finish.model,
        usage=told.finish.usage,
        finish_reason=told.finish.reason,
    )


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
    async with aclosing(model.stream(prompt)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Finish):
                return Told("".join(said), piece)
            said.append(piece)
            events.say(piece)
    raise ModelUnavailable("The answer broke off.")
