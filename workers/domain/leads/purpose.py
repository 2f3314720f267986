"""Questions about what the desk asks for: why a detail is needed, and whether it has to be given."""

import re
from typing import Final

A_DETAIL: Final = (
    r"(?:it|th(?:is|at)|(?:(?:my|the|an?|all (?:this|the|my)) )?(?:(?:full|first|last|e-?mail|phone|mobile|contact) )?"
    r"(?:name|surname|e-?mail|address|phone|number|details|data|info|information))"
)
UN_DATO: Final = (
    r"(?:esto|eso|(?:(?:mis?|el|los|la|un) )?(?:nombre|correo(?: electrónico)?|e-?mail|dirección|teléfono|datos"
    r"|número(?: de teléfono)?))"
)
EIN_DETAIL: Final = (
    r"(?:das|es|(?:mein(?:e[nmr]?)? |die |den |der )?(?:namen?|e-?mail(?:-adresse)?|mailadresse|adresse|nummer"
    r"|telefonnummer|handynummer|daten))"
)
UN_DETAIL: Final = (
    r"(?:cela|ça|(?:(?:mon|ma|mes|le|la|les) |l['\u2019])?(?:nom|e-?mail|mail|courriel|adresse(?: e-?mail| mail)?"
    r"|numéro(?: de téléphone)?|téléphone|coordonnées|données))"
)
QUESTIONS: Final = (
    rf"(?:why|what(?: for)?) (?:do|would|must) you (?:need(?: to know)?|want|ask(?: for)?|require) {A_DETAIL}(?: for)?",
    rf"why (?:are you asking|do you ask)(?: me)?(?: for {A_DETAIL})?",
    rf"(?:why )?(?:do|must|should) i (?:(?:have|need) to )?(?:give|tell|share|leave|enter)(?: you)? {A_DETAIL}",
    rf"what (?:do|will|would|are) you (?:do|doing|going to do|use|using) (?:with {A_DETAIL}|{A_DETAIL} for)",
    rf"what(?: is| are|'s|\u2019s) {A_DETAIL} (?:(?:needed|used) )?for",
    rf"(?:why )?(?:is|are) {A_DETAIL} (?:really )?(?:required|necessary|mandatory|needed|optional)",
    rf"(?:por qué|para qué) (?:me )?(?:necesita|quiere|pide)[ns]? {UN_DATO}",
    rf"(?:qué|para qué) (?:hacen|hace|harán|usan|usa)(?: con)? {UN_DATO}",
    rf"(?:es|son) (?:obligatori[oa]s?|necesari[oa]s?)(?: (?:dar )?{UN_DATO})?",
    rf"(?:warum|wozu|wofür|weshalb) (?:brauch|benötig|woll|will)(?:en|st|t)? (?:sie|du|ihr) {EIN_DETAIL}",
    rf"(?:warum|wozu|wofür) frag(?:en|st) (?:sie|du)(?: nach {EIN_DETAIL}| danach| das)?",
    rf"was (?:machen (?:sie|wir)|machst du|passiert|geschieht) (?:mit {EIN_DETAIL}|damit)",
    rf"(?:ist|sind) {EIN_DETAIL} (?:wirklich )?(?:nötig|notwendig|pflicht|erforderlich|freiwillig)",
    rf"(?:warum )?(?:muss|soll) ich {EIN_DETAIL} (?:wirklich )?(?:angeben|nennen|sagen|verraten)",
    rf"pourquoi (?:vous )?(?:avez(?:-vous)? besoin d[e'\u2019]|voulez(?:-vous)?|demandez(?:-vous)?) ?{UN_DETAIL}",
    rf"pourquoi vous faut-il {UN_DETAIL}",
    rf"(?:que|qu'est-ce que vous) (?:faites(?:-vous)?|ferez(?:-vous)?) (?:de|avec) {UN_DETAIL}",
    r"(?:c['\u2019]est|est-ce|est-ce que c['\u2019]est) (?:vraiment )?(?:obligatoire|nécessaire)",
)
BESIDES: Final = r"(?:(?:and|but|hm+|ok(?:ay)?|sorry|hi|hello|pero|aber|und|mais|et|y)[\s,.!]+)?"
WHAT_FOR: Final = re.compile(rf"[\s¿]*{BESIDES}¿?(?:{'|'.join(QUESTIONS)})(?: please| though)?[\s?.!]*", re.IGNORECASE)


def asks_what_for(message: str) -> bool:
    """Whether a message asks nothing but why a detail is needed, or whether it has to be given."""
    return bool(WHAT_FOR.fullmatch(message))
