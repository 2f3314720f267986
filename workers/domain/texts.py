"""What the desk says in its own words, by language."""

from dataclasses import dataclass
from typing import Final

from workers.domain.words import language_of

FILTERED: Final = {
    "en": "I can't help with that here. Is there something about our products or services I can answer?",
    "es": "No puedo ayudar con eso aquí. ¿Hay algo sobre nuestros productos o servicios que pueda responder?",
    "de": "Dabei kann ich hier nicht helfen. Haben Sie eine Frage zu unseren Produkten oder Leistungen?",
    "fr": "Je ne peux pas vous aider sur ce point. Puis-je répondre à une question sur nos produits ou services ?",
}


@dataclass(frozen=True, slots=True)
class Quoting:
    """What is said around the quotes, in one language."""

    found: str
    unknown: str
    unknown_part: str
    """That one of several questions has no answer; with its question to fill in."""
    more: str
    """That a table is quoted in part."""
    opening_quote: str
    closing_quote: str


QUOTING: Final = {
    "en": Quoting(
        "From our documents:",
        "I couldn't find an answer to that in our documents. You can ask it in other words, "
        "or leave your contact details and a person will get back to you.",
        "I couldn't find an answer to {question} in our documents.",
        "the table has more rows",
        "\u201c",
        "\u201d",
    ),
    "es": Quoting(
        "De nuestros documentos:",
        "No he encontrado la respuesta en nuestros documentos. Puede preguntarlo con otras palabras "
        "o dejar sus datos de contacto para que una persona le responda.",
        "No he encontrado la respuesta a {question} en nuestros documentos.",
        "la tabla tiene más filas",
        "\u00ab",
        "\u00bb",
    ),
    "de": Quoting(
        "Aus unseren Unterlagen:",
        "Dazu habe ich in unseren Unterlagen nichts gefunden. Sie können anders fragen "
        "oder Ihre Kontaktdaten hinterlassen, dann meldet sich jemand bei Ihnen.",
        "Zu {question} habe ich in unseren Unterlagen nichts gefunden.",
        "die Tabelle hat weitere Zeilen",
        "\u201e",
        "\u201c",
    ),
    "fr": Quoting(
        "Voici ce que disent nos documents :",
        "Je n'ai pas trouvé la réponse dans nos documents. Vous pouvez poser la question autrement "
        "ou laisser vos coordonnées pour qu'une personne vous réponde.",
        "Je n'ai pas trouvé la réponse à {question} dans nos documents.",
        "le tableau compte d'autres lignes",
        "\u00ab\u202f",
        "\u202f\u00bb",
    ),
}


def filtered(locale: str | None) -> str:
    """Return what is said instead of an answer that the model's provider held back."""
    return FILTERED.get(language_of(locale), FILTERED["en"])
