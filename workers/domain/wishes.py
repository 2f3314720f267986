"""The wish to be called or written to, which no document answers, and what it is about, which one may."""

import re
from typing import Final

GREETED: Final = r"(?:(?:hi|hello|hey|ok|yes|so|and|please|pls|hola|hallo|bonjour)\W+)*"
SOMEONE: Final = r"(?:someone|somebody|anyone|anybody|a (?:person|human|colleague|specialist)|one of you)"
REACH: Final = (
    r"(?:call|ring|phone|contact|email|e-mail|message|text|(?:talk|speak|chat|write)(?: (?:to|with))?"
    r"|get (?:back|in touch)(?: (?:to|with))?|reach out(?: to)?|a call(?:back| back)?(?: from)?)"
)
WISHES: Final = (
    rf"(?:(?:can|could|may|would|will) (?:i|we|you|u|they|{SOMEONE})|(?:i|we)(?:['\u2019](?:d|ll)| would| want| need)"
    rf"|(?:have|ask|get|is there|i need|i want) {SOMEONE}|let me)"
    rf"(?: (?:please|like|love|want|to|have|get|for|{SOMEONE}|i can|who can))*"
)
ENGLISH: Final = (
    rf"(?:{WISHES} {REACH}(?: (?:me|us|{SOMEONE}))?|{REACH} (?:me|us|{SOMEONE}))"
    r"(?: (?:back|please|today|tomorrow|soon))*"
)
OTHERS: Final = (
    r"(?:(?:me|nos) )?(?:puede[ns]?|podr[ií]an?|podéis)(?: alguien)? (?:llamar|contactar|escribir)(?:me|nos)"
    r"|(?:quiero|quisiera|me gustaría) (?:que me llamen|hablar con alguien)"
    r"|(?:kann|könn(?:t|te|en|ten))(?: (?:mich|uns|sie|ihr|jemand|bitte))+ (?:anrufen|zurückrufen|kontaktieren)"
    r"|(?:pouvez-vous|pourriez-vous|quelqu['\u2019]un (?:peut|pourrait)(?:-il)?) (?:me|nous|m['\u2019]) ?"
    r"(?:appeler|rappeler|contacter|écrire)"
)
ITS_TOPIC: Final = (
    r"(?:\W*$|,? (?:about|regarding|concerning|re|sobre|acerca de|wegen|zu|über|bezüglich|à propos (?:de|du)|au sujet"
    r" (?:de|du)|pour)\s+)"
)
WISH: Final = re.compile(rf"\W*{GREETED}(?:{ENGLISH}|{OTHERS}){ITS_TOPIC}", re.IGNORECASE)


def topic_of(question: str) -> str:
    """Return a question without the wish to be reached; empty where it is nothing else."""
    return question[wish.end() :] if (wish := WISH.match(question)) else question
