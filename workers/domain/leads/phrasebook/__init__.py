"""What visitors' phrases mean to the desk, a file for each language."""

from typing import Final

from workers.domain.leads.phrasebook import elsewhere, english, french, german, spanish
from workers.domain.leads.phrasebook.kinds import Remark, Sign
from workers.domain.leads.phrases import Phrases

__all__ = ["REMARKS", "SIGNS", "SIGNS_ELSEWHERE", "Remark", "Sign"]

LANGUAGES: Final = {"en": english, "es": spanish, "de": german, "fr": french}

SIGNS: Final = {language: Phrases(module.SIGNS) for language, module in LANGUAGES.items()}
SIGNS_ELSEWHERE: Final = Phrases(elsewhere.SIGNS)
REMARKS: Final = Phrases(
    {remark: "\n".join(module.REMARKS[remark] for module in LANGUAGES.values()) for remark in Remark}
)
