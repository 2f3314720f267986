"""What the desk says in its own words, by language."""

from typing import Final

from workers.domain.words import language_of

FILTERED: Final = {
    "en": "I can't help with that here. Is there something about our products or services I can answer?",
    "es": "No puedo ayudar con eso aquí. ¿Hay algo sobre nuestros productos o servicios que pueda responder?",
    "de": "Dabei kann ich hier nicht helfen. Haben Sie eine Frage zu unseren Produkten oder Leistungen?",
    "fr": "Je ne peux pas vous aider sur ce point. Puis-je répondre à une question sur nos produits ou services ?",
}


def filtered(locale: str | None) -> str:
    """Return what is said instead of an answer that the model's provider held back."""
    return FILTERED.get(language_of(locale), FILTERED["en"])
