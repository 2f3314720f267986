"""What visitors ask every company: when it is open, where it is, how to reach it, what a thing costs.

Hardly anybody asks that in the words that documents have for it: "when do you close?" is answered under "Our hours".
"""

import re
from collections.abc import Callable, Collection
from typing import Final

from workers.domain.answer_kinds import EMAIL, PHONE

PLACE: Final = (
    r"(?:(?:your|the|this|el|la|su|vuestr[oa]|der|die|das|euer|ihr|eure|ihre|le|votre) |l['\u2019])?"
    r"(?:shops?|stores?|offices?|branch(?:es)?|bank|clinic|practice|surgery|restaurant|caf[eé]|bar|museum|gallery|pool"
    r"|gym|studio|salon|library|school|university|college|campus|hotel|garage|workshop|showroom|warehouse|depot|market"
    r"|supermarket|cent(?:re|er)|reception|place|company|park|zoo|theatre|cinema|desk"
    r"|tienda|oficina|clínica|museo|piscina|taller|biblioteca|universidad"
    r"|laden|geschäft|büro|filiale|praxis|werkstatt|schwimmbad|bibliothek"
    r"|magasin|boutique|bureau|agence|clinique|musée|piscine|atelier|bibliothèque)"
)
OPEN: Final = r"(?:open(?! (?:to|source|an?)\b|-)|closed?|shut)\b"
HOURS_ASKED: Final = (
    rf"\b(?:are|is|will|do|does) (?:you|u|they|{PLACE}) (?:be |still |already |also |ever |usually )*{OPEN}",
    r"\btimings?\W*$",
    r"\b(?:cuándo|(?:a|hasta) qué hora) (?:abr[eí]|cierra)[ns]?\b|\best(?:án?|áis) (?:abiert|cerrad)[oa]s?\b",
    rf"\b(?:habt|haben|hat|seid|sind|ist) (?:ihr|sie|{PLACE}) (?:\w+ ){{0,3}}(?:offen|geöffnet|auf|zu|geschlossen)\b",
    rf"\b(?:wann|um wie viel uhr) (?:öffnet|öffnen|schließt|schließen|macht|machen) (?:ihr|sie|{PLACE})",
    r"\b(?:êtes-vous|est(?:-(?:il|elle))?) (?:ouvert|fermé)e?s?\b|\b(?:ouvrez|fermez)-vous\b",
)
ADDRESS_ASKED: Final = (
    rf"\bwhere (?:are you|(?:is|are) {PLACE})(?: (?:located|based|situated|exactly))?\W*$",
    rf"\byour address\b|^\W*(?!my\b)(?:(?!e-?mail\b|mail\b)\w+ )?address(?: please)?\W*$|\baddress of {PLACE}",
    rf"\bhow (?:do|can|to|would) (?:i |we )?(?:get|come|find|reach) (?:to )?{PLACE}",
    r"\bhow (?:do|can) (?:i|we) (?:get to|find) you\b",
    r"\b(?:shop|store|branch|office)(?:e?s)? near (?:me|here)\b|\bdirections\b",
    rf"\bdónde (?:est(?:án?|áis)|queda|se encuentran?)(?: {PLACE})?\W*$|\bcómo (?:llego|se llega)\b",
    rf"\bwo (?:seid|sind|ist|liegt|finde ich|befindet sich) (?:ihr|sie|euch|{PLACE})\W*$",
    r"\bwie komme ich zu (?:euch|ihnen)\b",
    rf"\boù (?:êtes-vous|se trouve|est) ?(?:{PLACE})?(?: situés?)?\W*$|\bcomment (?:venir|vous trouver)\b",
)
CONTACT_ASKED: Final = (
    r"\bhow (?:do|can|could) (?:i|we) (?:reach|contact|get hold of|get in touch with) you\b",
    r"\bcómo (?:puedo|podemos) contactar(?:l[eoa]s|os)?\b|\bwie (?:erreiche|kontaktiere) ich (?:euch|sie)\b",
    r"\bcomment vous (?:joindre|contacter)\b",
)
OF_WHOM: Final = r"(?:(?:your|the|an?) )?(?:(?!my\b)\w+ ){0,2}?"
ASKED_FOR: Final = rf"(?:^|\b(?:what(?:['\u2019]?s| is)|have|got|there|me|need|want|which) )\W*{OF_WHOM}"
ENDED: Final = r"(?: please)?(?=\W*$| (?:of|for|to) (?!my\b))"
PHONE_NUMBER: Final = (
    r"(?:(?:tele)?phone numbers?|contact numbers?|(?:número de )?teléfono|telefonnummer|(?:numéro de )?téléphone)\b"
)
EMAIL_NAMED: Final = r"(?:e-?mail(?:[ -]?add?resse?s?)?|correo(?: electrónico)?|adresse e-?mail)\b"
PHONE_ASKED: Final = (
    rf"{ASKED_FOR}{PHONE_NUMBER}{ENDED}|^\W*(?:(?:your|the) )?(?:tele)?phone(?: please)?\W*$",
    r"\b(?:can|could|may|how (?:do|can|could)) (?:i|we) (?:call|ring|phone) you\b",
    rf"\b(?:su|vuestro|el) {PHONE_NUMBER}\W*$|\bcómo (?:puedo|podemos) llamar(?:l[eoa]s|os)?\b",
    rf"\b(?:eure|ihre|die) {PHONE_NUMBER}\W*$|\b(?:kann|darf) ich (?:euch|sie) anrufen\b",
    rf"\b(?:votre|le) {PHONE_NUMBER}\W*$|\b(?:puis-je|comment) vous appeler\b",
)
EMAIL_ASKED: Final = (
    rf"{ASKED_FOR}{EMAIL_NAMED}{ENDED}",
    r"\b(?:can|could|may|how (?:do|can|could)) (?:i|we) (?:e-?mail|write to) you(?=\W*$| (?:about|at|if|when|with)\b)",
    rf"\b(?:su|vuestro|el|eure|ihre|die|votre|l['\u2019]) ?{EMAIL_NAMED}\W*$",
)
# An address is what customers have: where a company is, its documents tell of its shop.
PLACED: Final = "located location shop shops store stores directions"
REACHED: Final = "contact reach contacto kontakt erreichen joindre contacter"
# A pattern for the question, and the words that documents have for what it asks.
USUAL: Final = tuple(
    (re.compile("|".join(asked), re.IGNORECASE), named.split())
    for asked, named in (
        (HOURS_ASKED, "opening hours horario öffnungszeiten horaires ouverture"),
        (ADDRESS_ASKED, f"{PLACED} tienda dirección laden geschäft anschrift anfahrt magasin boutique adresse"),
        (CONTACT_ASKED, "contact contacto kontakt"),
        (PHONE_ASKED, f"{PHONE} {REACHED} call"),
        (EMAIL_ASKED, f"{EMAIL} {REACHED}"),
    )
)
# It tells of what, and may well leave that to what was said before.
PRICE_ASKED: Final = (re.compile(r"\bhow much (?:is|are|for)\b", re.IGNORECASE), ["price"])
NAMED: Final = {
    PHONE: re.compile(rf"\b(?:{PHONE_NUMBER}|(?:tele)?phone\b)", re.IGNORECASE),
    EMAIL: re.compile(rf"\b{EMAIL_NAMED}", re.IGNORECASE),
}


def is_usual(question: str) -> bool:
    """Whether a question is one that every company is asked, and complete however short."""
    return any(asked.search(question) for asked, _ in USUAL)


def usual_words(question: str, uses: Callable[[str], int]) -> list[str]:
    """Return the documents' words for what a usual question asks, none for any other question.

    `uses` tells how often the documents use a word.
    """
    return [word for asked, words in (*USUAL, PRICE_ASKED) if asked.search(question) for word in words if uses(word)]


def without_kinds(question: str, usual: Collection[str]) -> str:
    """Return a question without the names of the kinds among its usual words: documents may use them otherwise."""
    for kind in NAMED.keys() & usual:
        question = NAMED[kind].sub(" ", question)
    return question
