"""Whether the chat model and the webhook, which belong to others, take what we send."""

import time
from dataclasses import dataclass
from typing import Final

import aiohttp
import openai
from pydantic import SecretStr

from workers.adapters.openai_chat import openai_chat
from workers.doctor.finding import Finding, Visit, ok, problem, skipped, warning
from workers.domain.prompt import Prompt
from workers.ports import ModelMisconfigured, ModelUnavailable

SECONDS: Final = 10
SLOW_SECONDS: Final = 5
LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class _Named:
    """A model as the settings name it, and the prefix of these settings."""

    model: str
    base_url: str
    key: SecretStr
    model_setting: str
    prefix: str


async def listed(visit: Visit) -> Finding:
    """Ask the model's server which models there are, which proves the key and costs nothing."""
    settings = visit.settings
    if not settings.has_chat_model:
        return skipped("No chat model is set: answers are quoted from the documents.")
    return await _listed(
        _Named(settings.chat_model, settings.openai_base_url, settings.openai_api_key, "CHAT_MODEL", "OPENAI")
    )


async def fallback(visit: Visit) -> Finding:
    """Ask the same of the server of the other model."""
    settings = visit.settings
    if not settings.has_fallback:
        return skipped("No other model is set: while the first is away, answers are quoted.")
    return await _listed(
        _Named(
            settings.fallback_model, settings.fallback_base_url, settings.fallback_api_key, "FALLBACK_MODEL", "FALLBACK"
        )
    )


async def budgets(visit: Visit) -> Finding:
    """See that budgets count what they should, and that nobody has left the model switched off."""
    settings = visit.settings
    if (settings.budget_day_money or settings.budget_month_money) and not settings.chat_price_out:
        return problem("A budget of money counts nothing: no price is set.", "Set CHAT_PRICE_IN and CHAT_PRICE_OUT.")
    if not await visit.database.read(lambda uow: uow.spending.model_is_on()):
        return warning("The model is switched off: the documents are quoted.", "Switch it on: `frontdesk model on`.")
    return ok("The model may be asked.")


async def _listed(named: _Named) -> Finding:
    client = openai.AsyncOpenAI(
        api_key=named.key.get_secret_value() or "none", base_url=named.base_url or None, timeout=SECONDS, max_retries=0
    )
    try:
        names = [model.id async for model in await client.models.list()]
    except openai.APIStatusError as error:
        return _refused(error, named.prefix)
    except (openai.OpenAIError, ValueError) as error:
        return problem(
            f"The model's server can't be reached ({type(error).__name__}).",
            f"Check {named.prefix}_BASE_URL, and that this machine may reach it.",
        )
    finally:
        await client.close()
    if named.model in names:
        return ok(f"The server accepts the key, and has {named.model}.")
    return problem(
        f"The server accepts the key, and has no model {named.model}.",
        f"Set {named.model_setting} to one that it has: {', '.join(sorted(names)[:LISTED])}.",
    )


def _refused(error: openai.APIStatusError, prefix: str) -> Finding:
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return problem(
            f"The model's server does not accept the key ({error.status_code}).",
            f"Check {prefix}_API_KEY: copy it anew from where it was made.",
        )
    if isinstance(error, openai.NotFoundError):
        return warning("The server has no list of its models.", "Run `frontdesk doctor --deep`, which asks a question.")
    return problem(f"The model's server answers {error.status_code}.", "Ask who runs it; until then, the desk quotes.")


async def speaks(visit: Visit) -> Finding:
    """Ask the model a question, where its cost was agreed to."""
    settings = visit.settings
    if not settings.has_chat_model:
        return skipped("No chat model is set.")
    if not visit.deep:
        return skipped("`frontdesk doctor --deep` asks it a question.")
    model, began = openai_chat(settings), time.monotonic()
    answer = model.stream(Prompt("Say yes.", (), company=settings.company_name))
    try:
        await anext(answer)
        seconds = time.monotonic() - began
        async for _ in answer:
            pass
    except (ModelUnavailable, ModelMisconfigured) as error:
        return problem(str(error), "Check CHAT_MODEL, OPENAI_API_KEY and OPENAI_BASE_URL; until then, the desk quotes.")
    finally:
        await answer.aclose()
        await model.aclose()
    if seconds > SLOW_SECONDS:
        return warning(
            f"The first word came after {seconds:.1f} s.", "Take a faster CHAT_MODEL, or one that is nearer."
        )
    return ok(f"The first word came after {seconds:.1f} s.")


async def webhook(visit: Visit) -> Finding:
    """See whether the operator's server can be reached, without sending it a lead."""
    if not visit.settings.has_webhook:
        return skipped("WEBHOOK_URL is not set.")
    patience = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience, trust_env=True) as http,
            http.head(visit.settings.webhook_url, allow_redirects=False),
        ):
            return ok("Its server can be reached.")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return problem(
            f"The webhook's server can't be reached ({type(error).__name__}).",
            "Check WEBHOOK_URL. Leads are kept, and posted for three days.",
        )
