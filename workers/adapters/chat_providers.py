"""The models that the settings name: who is asked for an answer, in which order, and at which price."""

from shared.settings import Settings
from shared.vocabulary import Provider
from workers.dependencies import Chatting
from workers.domain.breaker import CircuitBreaker
from workers.domain.budget import Price
from workers.ports import Summariser


def chat_providers(settings: Settings) -> tuple[list[Chatting], Summariser | None]:
    """Return the models that the settings name, the first to ask first, and what sums talks up with that one.

    Make them on the event loop.
    """
    if not (settings.has_chat_model or settings.has_fallback):
        return [], None  # whoever has no model need not wait a second for what speaks to one
    from workers.adapters.openai_chat import fallback_chat, openai_chat  # noqa: PLC0415 - as said
    from workers.adapters.openai_summary import OpenAISummariser  # noqa: PLC0415 - as said

    named = []
    if settings.has_chat_model:
        price = Price(settings.chat_price_in, settings.chat_price_out)
        named.append((Provider.PRIMARY, openai_chat(settings), price))
    if settings.has_fallback:
        price = Price(settings.fallback_price_in, settings.fallback_price_out)
        named.append((Provider.FALLBACK, fallback_chat(settings), price))
    budget = settings.prompt_budget_tokens
    chattings = [
        Chatting(name, model, CircuitBreaker(name, settings.model_rest_seconds), price, budget)
        for name, model, price in named
    ]
    _, first, price = named[0]
    return chattings, OpenAISummariser(first, settings.company_name, budget, price)
