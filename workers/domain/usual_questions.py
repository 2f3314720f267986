"""What visitors ask every company: when it is open, where it is, how to reach it, what a thing costs.

Hardly anybody asks that in the words that documents have for it: "when do you close?" is answered under "Our hours".
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from workers.domain.answer_kinds import ABOUT, EMAIL, PHONE

PLACE: Final = (
    r"(?:(?:your|the|this|el|la|su|vuestr[oa]|der|die|das|euer|ihr|eure|ihre|le|votre) |l['\u2019])?"
    r"(?:shops?|stores?|offices?|branch(?:es)?|bank|clinic|practice|surgery|restaurant|caf[eé]|bar|museum|gallery|pool"
    r"|gym|studio|salon|library|school|university|college|campus|hotel|garage|workshop|showroom|warehouse|depot|market"
    r"|supermarket|cent(?:re|er)|reception|place|company|park|zoo|theatre|cinema|desk"
    r"|tienda|oficina|clínica|museo|piscina|taller|biblioteca|universidad"
    r"|laden|geschäft|büro|filiale|praxis|werkstatt|schwimmbad|bibliothek"
    r"|magasin|boutique|bureau|agence|clinique|musée|piscine|atelier|bibliothèque)"
)
# Where a visitor is, no document tells.
AROUND: Final = r"(?:(?:near|close to|around) (?:me|us|here)|near ?by|in (?:my|this) (?:area|town|city))"
THERE_IS: Final = r"(?:do|have|you|they|is|are|there|any|also|got)"  # words, of which no two make a third
OPEN: Final = r"(?:open(?! (?:to|source|an?)\b|-)|closed?|shut)\b"
HOURS_ASKED: Final = (
    rf"\b(?:are|is|will|do|does) (?:you|u|they|{PLACE}) (?:be |still |already |also |ever |usually )*{OPEN}",
    r"\btimings?\W*$|\b(?:your|opening|business|shop|store|office) (?:[a-z]+ )?hours\b|\bopening times\b",
    r"^\W*(?:(?:what are )?the )?hours\W*$",
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
    rf"^\W*(?:{THERE_IS} )+(?:an? |your own )?{PLACE}(?: {AROUND})?\W*$",
    rf"\b{PLACE} {AROUND}\W*$|\b(?:nearest|closest) {PLACE}|\bdirections\b",
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
SOLD: Final = r"(?:sell|offer|make|provide|do|have)(?: here| exactly)?"
WARES: Final = r"(?:kinds? of |sorts? of )?(?:products?|services?|things|stuff|items|goods)"
COMPANY: Final = r"(?:company|business|shop|store|place|firm|site|website|organi[sz]ation)"
ABOUT_ASKED: Final = (
    rf"\bwhat (?:do|can|does) (?:you|u|they|(?:this|your) {COMPANY})(?: guys| all)? {SOLD}\W*$",
    rf"\bwhat {WARES} (?:do|can) (?:you|u|they) {SOLD}\W*$|\bwhat is it (?:that )?you (?:sell|offer|do)\W*$",
    rf"^\W*who (?:are you|is this)\W*$|\bwhat(?:['\u2019]?s| is) (?:this|your) {COMPANY}(?: about)?\W*$",
    rf"\b(?:tell me|know)(?: more)? about (?:you|yourself|yourselves|(?:the|this|your) {COMPANY})\W*$",
    rf"^\W*about (?:you|us|(?:the|your) {COMPANY})\W*$",
    r"\bqué (?:vend|hac|ofrec)(?:en|éis)\W*$|\bquiénes (?:son|sois)\W*$",
    r"\bwas (?:verkauft|macht|bietet) ihr(?: an)?\W*$|\bwas (?:verkaufen|machen|bieten) sie(?: an)?\W*$",
    r"\bwer (?:seid ihr|sind sie)\W*$|\bqui êtes-vous\W*$",
    r"\b(?:que|qu['\u2019]est-ce que vous) (?:vendez|faites|proposez)(?:-vous)?\W*$",
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


class Usual(NamedTuple):
    """What a usual question asks, in the documents' words."""

    rest: str
    """The question without what documents say of something else; the whole question where it is none of these."""
    words: list[str]
    """That documents use for it: any one of them may be how they tell it."""
    aspect: list[str]
    """That documents use for what is asked of a thing, such as its price: no sign that they tell of the thing."""


class _Asked(NamedTuple):
    """A question that every company is asked."""

    asked: re.Pattern[str]
    """In small letters: an expression that ignores case takes half as long again."""
    words: list[str]
    """That documents have for what it asks."""
    other: re.Pattern[str] | None = None
    """What it says that documents do not say of this."""


def _question(asked: Sequence[str], words: str, other: str | None = None) -> _Asked:
    said = re.compile(other, re.IGNORECASE) if other else None
    return _Asked(re.compile("|".join(asked)), words.split(), said)


USUAL: Final = (
    _question(HOURS_ASKED, "opening hours horario öffnungszeiten horaires ouverture"),
    _question(
        ADDRESS_ASKED,
        f"{PLACED} tienda dirección laden geschäft anschrift anfahrt magasin boutique adresse",
        rf"\b(?:{AROUND}|nearest|closest)\b",
    ),
    _question(CONTACT_ASKED, "contact contacto kontakt"),
    _question(PHONE_ASKED, f"{PHONE} {REACHED} call", rf"\b(?:{PHONE_NUMBER}|(?:tele)?phone\b)"),
    _question(EMAIL_ASKED, f"{EMAIL} {REACHED}", rf"\b{EMAIL_NAMED}"),
    _question(ABOUT_ASKED, ABOUT, rf"\b(?:sell|offer|make|provide|{WARES}|{COMPANY})\b"),
)
# It tells of what, and may well leave that to what was said before.
PRICE_ASKED: Final = _question([r"\bhow much (?:is|are|for)\b"], "price")


def is_usual(question: str) -> bool:
    """Whether a question is one that every company is asked, and complete however short."""
    small = question.lower()
    return any(usual.asked.search(small) for usual in USUAL)


def as_usual(question: str, uses: Callable[[str], int]) -> Usual:
    """Return what a question asks that every company is asked; `uses` tells how often the documents use a word."""
    small, rest, words = question.lower(), question, list[str]()
    for usual in USUAL:
        if usual.asked.search(small) and (known := list(filter(uses, usual.words))):
            words += known
            rest = usual.other.sub(" ", rest) if usual.other else rest
    aspect = list(filter(uses, PRICE_ASKED.words)) if PRICE_ASKED.asked.search(small) else []
    return Usual(rest, words, aspect)
