"""The models that the settings name: who is asked for an answer, in which order, and at which price."""

from collections.abc import Sequence

from shared.settings import Settings
from shared.vocabulary import Provider
from workers.adapters.openai_chat import OpenAIChat, fallback_chat, openai_chat
from workers.adapters.openai_summary import OpenAISummariser
from workers.dependencies import Chatting
from workers.domain.breaker import CircuitBreaker
from workers.domain.budget import Price


def summariser(settings: Settings, chattings: Sequence[Chatting]) -> OpenAISummariser | None:
    """Return what sums talks up, with the model that is asked first."""
    for chatting in chattings:
        if isinstance(chatting.model, OpenAIChat):
            return OpenAISummariser(
                chatting.model, settings.company_name, settings.prompt_budget_tokens, chatting.price
            )
    return None


def providers(settings: Settings) -> list[Chatting]:
    """Return the models that the settings name, the first to ask first; make them on the event loop."""
    named: list[tuple[Provider, OpenAIChat, Price]] = []
    if settings.has_chat_model:
        price = Price(settings.chat_price_in, settings.chat_price_out)
        named.append((Provider.PRIMARY, openai_chat(settings), price))
    if settings.has_fallback:
        price = Price(settings.fallback_price_in, settings.fallback_price_out)
        named.append((Provider.FALLBACK, fallback_chat(settings), price))
    budget = settings.prompt_budget_tokens
    return [
        Chatting(name, model, CircuitBreaker(name, settings.model_rest_seconds), price, budget)
        for name, model, price in named
    ]
