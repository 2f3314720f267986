"""Who answers: the chat model, the other one when that fails, and the documents themselves when nobody else may."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from opentelemetry.trace import SpanKind

from shared import log, tracing
from shared.db.claims import Claim
from shared.vocabulary import FinishReason, Provider
from workers import metrics
from workers.dependencies import Chatting, Dependencies, TurnEvents
from workers.domain.budget import COMPLETION, PROMPT, Tab
from workers.domain.links import LinkGuard
from workers.domain.prompt import Prompt, estimated_usage, messages_for
from workers.domain.texts import filtered
from workers.ports import ChatModel, Finish, ModelMisconfigured, ModelTimeout, ModelUnavailable, PromptRefused

TRIES: Final = 2
LONGEST_PAUSE_SECONDS: Final = 1.0  # a visitor is waiting: a longer Retry-After means asking somebody else
FAILURES: Final = (ModelUnavailable, ModelMisconfigured, TimeoutError)

MODEL_OFF: Final = "model_off"
TOO_BUSY: Final = "too_busy"
RESTING: Final = "model_resting"
OVERTIME: Final = "model_timeout"

for _code in (ModelUnavailable.code, ModelTimeout.code, ModelMisconfigured.code, PromptRefused.code):
    metrics.MODEL_FAILURES.labels(Provider.PRIMARY, _code)


@dataclass(frozen=True, slots=True)
class Told:
    """What was said, who said it, and why it was not the chat model."""

    text: str
    finish: Finish
    provider: Provider = Provider.QUOTING
    degraded: str | None = None


@dataclass(slots=True)
class _Speech:
    """What has been said so far of one attempt."""

    events: TurnEvents
    guard: LinkGuard
    text: str = ""

    def say(self, text: str) -> None:
        if text:
            self.text += text
            self.events.say(text)


async def tell(claim: Claim, prompt: Prompt, events: TurnEvents, tab: Tab, use: Dependencies) -> Told:
    """Say an answer to `events` and return it: there always is one. What it costs is put on the tab."""
    degraded = await _forbidden(claim, use)
    if degraded is None:
        _charge_lost_attempts(claim, prompt, tab, use)
        deadline = asyncio.get_running_loop().time() + use.settings.model_total_seconds
        for chatting in use.providers:
            told = await _told_by(chatting, prompt, events, tab, deadline)
            if isinstance(told, Told):
                return told if degraded is None else Told(told.text, told.finish, told.provider, degraded)
            degraded = degraded or told
            if told == RESTING:
                continue
            metrics.MODEL_FAILURES.labels(chatting.provider, told).inc()
            log.get().warning("model_failed", turn_id=claim.turn_id, provider=chatting.provider, error=told)
            events.reset()
    text, finish = await _stream(use.quoting, prompt, events, Tab(), None)
    return Told(text, finish, Provider.QUOTING, degraded)


async def _forbidden(claim: Claim, use: Dependencies) -> str | None:
    """Return why no model may be asked, None when one may."""
    if not use.providers:
        return None
    if not use.switch.is_on:
        return MODEL_OFF
    if claim.late:
        return TOO_BUSY
    scope = await use.purse.used_up(claim.session_id)
    return f"budget_{scope}" if scope else None


async def _told_by(chatting: Chatting, prompt: Prompt, events: TurnEvents, tab: Tab, deadline: float) -> Told | str:
    """Return what a model said, or the code of what kept it from it."""
    attempt = chatting.breaker.attempt()
    if attempt is None:
        return RESTING
    failure = None
    try:
        async with asyncio.timeout_at(deadline):
            text, finish = await _with_retry(chatting, prompt, events, tab)
        attempt.worked()
    except FAILURES as error:
        if not isinstance(error, PromptRefused):  # or visitors could have the model let alone by what they write
            attempt.failed()
        failure = getattr(error, "code", OVERTIME)
    finally:
        attempt.over()
    if failure:
        return failure
    if finish.reason is FinishReason.CONTENT_FILTER:
        events.reset()
        text = filtered(prompt.locale)
        events.say(text)
    return Told(text, finish, chatting.provider)


async def _with_retry(chatting: Chatting, prompt: Prompt, events: TurnEvents, tab: Tab) -> tuple[str, Finish]:
    """Ask again after a failure; what was said before it is taken back."""
    for _ in range(1, TRIES):
        try:
            return await _stream(chatting.model, prompt, events, tab, chatting)
        except ModelTimeout:
            raise  # the visitor has waited long enough for this one
        except ModelUnavailable as error:
            pause = error.retry_after or 0
            if pause > LONGEST_PAUSE_SECONDS:
                raise
            await asyncio.sleep(pause)
            events.reset()
    return await _stream(chatting.model, prompt, events, tab, chatting)


async def _stream(
    model: ChatModel, prompt: Prompt, events: TurnEvents, tab: Tab, chatting: Chatting | None
) -> tuple[str, Finish]:
    kind = SpanKind.CLIENT if chatting else SpanKind.INTERNAL
    about = {"gen_ai.operation.name": "chat", "gen_ai.request.model": model.name}
    with tracing.span(f"chat {model.name}", about, kind=kind):
        text, finish = await _said(model, prompt, events, tab, chatting)
        usage = finish.usage or {}
        tracing.note(
            {
                "gen_ai.response.model": finish.model,
                "gen_ai.response.finish_reason": finish.reason,
                "gen_ai.usage.input_tokens": usage.get(PROMPT),
                "gen_ai.usage.output_tokens": usage.get(COMPLETION),
            }
        )
    return text, finish


async def _said(
    model: ChatModel, prompt: Prompt, events: TurnEvents, tab: Tab, chatting: Chatting | None
) -> tuple[str, Finish]:
    speech, usage, began = _Speech(events, LinkGuard.of(prompt)), None, False
    try:
        async with aclosing(model.stream(prompt)) as pieces:
            async for piece in pieces:
                if not began:
                    began = True
                    tracing.happened("first words")
                if isinstance(piece, Finish):
                    speech.say(speech.guard.rest())
                    usage = piece.usage
                    return speech.text, piece
                speech.say(speech.guard.pass_on(piece))
    finally:
        if chatting and began:  # also when it breaks off, or nobody listens any more: it is billed all the same
            tab.charge(chatting.price.of(usage or _estimate(prompt, speech.text, chatting)))
    raise ModelUnavailable("The answer broke off.")


def _charge_lost_attempts(claim: Claim, prompt: Prompt, tab: Tab, use: Dependencies) -> None:
    """Charge attempts whose worker died as if each had been said to its end: nobody knows how far it came."""
    if claim.attempt > 1 and use.providers:
        first = use.providers[0]
        usage = _estimate(prompt, "", first)
        usage[COMPLETION] = use.settings.chat_max_output_tokens
        for _ in range(1, claim.attempt):
            tab.charge(first.price.of(usage))


def _estimate(prompt: Prompt, said: str, chatting: Chatting) -> dict[str, int]:
    return estimated_usage(messages_for(prompt, chatting.prompt_budget_tokens), said)
