"""Which language a message is probably in."""

from collections.abc import Sequence
from typing import Final

from workers.domain.leads.not_names import SMALL_ENGLISH, SMALL_FRENCH, SMALL_GERMAN, SMALL_SPANISH
from workers.domain.leads.phrases import word_set
from workers.domain.words import language_of

SMALL_WORDS: Final = {
    "en": word_set(SMALL_ENGLISH),
    "es": word_set(SMALL_SPANISH),
    "de": word_set(SMALL_GERMAN),
    "fr": word_set(SMALL_FRENCH),
}


def languages(keys: Sequence[str], locale: str | None) -> list[str]:
    """Return the languages known here, the likeliest first: most small words, then the locale's, then English."""
    home = language_of(locale)
    hits = {language: sum(key in small for key in keys) for language, small in SMALL_WORDS.items()}
    return sorted(SMALL_WORDS, key=lambda language: (-hits[language], language != home, language != "en"))
