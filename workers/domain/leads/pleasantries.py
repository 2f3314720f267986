"""Small talk: messages of greetings, thanks, farewells and the like, which ask nothing of the documents."""

import re
import unicodedata
from dataclasses import replace
from enum import Enum, auto
from typing import Final

from workers.domain.leads.phrases import Phrases, sentence_keys, words_of
from workers.domain.leads.purpose import asks_what_for
from workers.domain.leads.reading import Reading
from workers.domain.words import says_nothing


class Pleasantry(Enum):
    """What a message without a question is; of a message that is several, the first of these."""

    FAREWELL = auto()
    THANKS = auto()
    MACHINE = auto()
    """Asks whether there is a person behind the desk."""
    PURPOSE = auto()
    """Asks what a detail is needed for, or whether it is."""
    REACTION = auto()
    """Praises, laughs, nods or shows a face."""
    GREETING = auto()
    OTHER = auto()
    """Words of no meaning."""


A_MACHINE: Final = (
    "robot|bot|chatbot|chat bot|machine|computer|ai|an ai|human|human being|person|real|"
    "real person|real human|real human being|actual person|actual human|live person|automated|chatgpt"
)
UNA_MAQUINA: Final = "robot|bot|chatbot|máquina|ia|humano|humana|persona|persona real|real|ordenador|persona de verdad"
EINE_MASCHINE: Final = (
    "roboter|bot|chatbot|maschine|ki|mensch|echter mensch|person|echte person|echt|computer|menschen|echten menschen|"
    "echten person"
)
UNE_MACHINE: Final = "robot|bot|chatbot|machine|ia|humain|humaine|personne|vraie personne|vrai humain|ordinateur"

# "." is the beginning and the end of a sentence.
PHRASES: Final = Phrases(
    {
        Pleasantry.FAREWELL: """
            (bye|bye bye|goodbye|good bye|good night|farewell|see you|see ya|cya|see you (soon|later|then)|take care)
            have a (good|nice|great|lovely) (day|one|evening|weekend|night|week|afternoon)
            (adiós|chao|ciao|hasta luego|hasta pronto|hasta mañana|nos vemos|que tenga (un |)buen (día|fin de semana))
            (tschüss|tschüs|tschau|auf wiedersehen|wiedersehen|auf wiederhören|bis (bald|dann|später)|gute nacht)
            (ade|schönen (tag|abend|feierabend)|schönes wochenende|einen schönen (tag|abend))
            (au revoir|à bientôt|à plus tard|à plus|bonne (journée|soirée|nuit|continuation)|bon week-end)
        """,
        Pleasantry.THANKS: """
            (thanks|thank you|thank u|thankyou|many thanks|thx|thanx|ty|tysm|cheers|ta|much appreciated|i appreciate it)
            (thanks|thank you|thank u|thx) (a lot|a bunch|a million|so much|very much|loads)
            (gracias|muchas gracias|mil gracias|muchísimas gracias|se lo agradezco)
            (danke|dankeschön|danke schön|danke sehr|merci vielmals)
            (vielen|vielen lieben|lieben|besten|herzlichen|tausend) dank
            (merci|merci beaucoup|merci bien|mille mercis|je vous remercie|un grand merci)
        """,
        Pleasantry.MACHINE: f"""
            (are you|is this|r u|you are|you're) (a |an |really a |really |even |just a |)({A_MACHINE})
            (am i|are we) (talking|speaking|chatting|writing) (to|with) (a |an |)({A_MACHINE})
            do i (talk|speak) (to|with) (a |an |)({A_MACHINE})
            is there (a |an |)({A_MACHINE}) (here|there|behind this)
            (eres|es usted|es|estoy hablando con|hablo con|es esto|esto es) (un |una |)({UNA_MAQUINA})
            (bist du|sind sie|ist das|ist das hier|spreche ich mit|rede ich mit|schreibe ich mit) ({EINE_MASCHINE})
            (bist du|sind sie|ist das|ist das hier) (ein|eine) ({EINE_MASCHINE})
            (spreche|rede|schreibe|chatte) ich (hier |)mit (einem|einer) ({EINE_MASCHINE})
            (êtes-vous|es-tu|vous êtes|tu es|c'est|est-ce) (un |une |)({UNE_MACHINE})
            (je parle|est-ce que je parle|parlé-je) (à|avec) (un |une |)({UNE_MACHINE})
        """,
        Pleasantry.REACTION: """
            (ok|okay|okey|alright|all right|great|perfect|lovely|awesome|cool|nice|brilliant|excellent|wonderful|super)
            (good|fine|wow|nice one|no problem|np|great (service|help|answer))
            (amazing|fantastic|good to know|got it|i see|understood|makes sense|fair enough|well done|good job|good bot)
            (that was|that's|that is|you're|you are|very|this is) (so |really |very |)(great|helpful|good|nice|perfect)
            (that was|that's|that is|very|this is) (so |really |very |)(lovely|useful|kind|funny|brilliant|amazing)
            (\U0001f44d|\U0001f44e|\u2705)
            (vale|genial|perfecto|estupendo|entendido|muy amable|excelente|qué bien|muy bien|de acuerdo)
            (está|eso está) (bien|perfecto|muy bien|genial)
            das (ist|war) (sehr |)(super|toll|prima|nett|hilfreich|gut)
            c'est (très |)(parfait|super|génial|gentil|bien|utile)
            (alles klar|super|toll|prima|perfekt|verstanden|gut zu wissen|sehr nett|sehr hilfreich|wunderbar|klasse)
            (d'accord|parfait|génial|super|très bien|compris|c'est noté|c'est gentil|très gentil|entendu)
        """,
        Pleasantry.GREETING: """
            (hi|hello|hey|hiya|howdy|hullo|heya|yo|greetings|good (day|morning|afternoon|evening))
            (how are you|how are you (doing|today|doing today)|how's it going|how do you do|what's up|nice to meet you)
            (is |)(anyone|anybody|someone|somebody) (there|here)
            (hola|buenas|buenos días|buenas (tardes|noches)|qué tal|cómo (está|estás|están|te va|le va)|mucho gusto)
            (hallo|hi|moin|servus|grüezi|guten (tag|morgen|abend)|grüß gott|wie geht's|wie geht es (ihnen|dir))
            (bonjour|bonsoir|salut|coucou|ça va|comment (ça va|allez-vous|vas-tu)|comment vous allez|enchanté)
        """,
        # What says nothing by itself is small talk beside one of the others alone.
        Pleasantry.OTHER: f"""
            (here|there|all|everyone|everybody|guys|mate|pal|friend|friends|sir|madam|team|again|so|much|very|oh|ah|well)
            (and|then|now|for now|just|a lot|indeed|y|a todos|muy|bueno|pues|und|noch|zusammen|an alle|also|dann)
            (et|à tous|madame|monsieur|alors|bien)
            (for|for all) (your |the |this |)(great |quick |kind |)(help|time|info|information|answer|answers|reply)
            for (helping|answering|that|this|everything)
            por (todo|(su|tu|la|el) (ayuda|información|respuesta|tiempo))
            für (alles|die hilfe|ihre hilfe|deine hilfe|(die|ihre) (schnelle |nette |)(antwort|auskunft|antworten))
            (pour|de) (tout|votre (aide|réponse|temps)|ton aide|l'aide)
            or (a |an |)({A_MACHINE})
            o (un |una |)({UNA_MAQUINA})
            oder (ein |eine |einem |einer |)({EINE_MASCHINE})
            ou (un |une |)({UNE_MACHINE})
        """,
    }
)
# There is a "good" in "good evening".
DECIDES_NOTHING: Final = frozenset((Pleasantry.GREETING, Pleasantry.MACHINE, Pleasantry.PURPOSE))
A_FACE: Final = "\u263a"
FACES: Final = re.compile(r"[:;=]['\u2019]?-?[()DPp/|*]+|<3+|\^_*\^")
DRAWN_OUT: Final = re.compile(r"(\w)\1{2,}")  # hellooo
LONGEST: Final = 100
LAUGHTER: Final = re.compile(r"(?:h[aeiou]){2,}h?|(?:j[aei]){2,}|lo+l|rofl|lmao|x+d+|mdr|ptdr|hmm*|aha+")
MARKS: Final = frozenset(("Mn", "Me", "Cf", "Sk", "Zs", "Po"))
"""Categories of what stands with and between signs: variants, joiners, shades, spaces, exclamation marks."""


def pleasantry_in(message: str, *, asking: bool = False) -> Pleasantry | None:
    """Return what a message of nothing but small talk is, None for any other.

    `asking` is whether the desk has just asked for something: what that is for, no document tells as well.
    """
    if len(message) > LONGEST:
        return None
    if found := _all_in(message):
        return next(kind for kind in Pleasantry if kind in found)
    if asking and asks_what_for(message):
        return Pleasantry.PURPOSE
    return Pleasantry.OTHER if says_nothing(message) else None


def meant(reading: Reading, pleasantry: Pleasantry | None) -> Reading:
    """Return what a message holds that is this pleasantry: it asks no document, and a greeting decides nothing."""
    if pleasantry in {None, Pleasantry.OTHER}:
        return reading
    if pleasantry in DECIDES_NOTHING:
        return replace(reading, asks=False, decision=None, wants_contact=False, wants_price=False)
    return replace(reading, asks=False)


def _all_in(message: str) -> set[Pleasantry]:
    """Return every pleasantry in a message, none when it has a word that belongs to none."""
    message = FACES.sub(A_FACE, message)
    keys = [DRAWN_OUT.sub(r"\1", key) for key in sentence_keys(words_of(message)) if key != "."]
    found, place = set[Pleasantry](), 0
    while place < len(keys):
        if phrase := PHRASES.at(keys, place):
            found.add(phrase.means)
            place = phrase.end
        elif LAUGHTER.fullmatch(keys[place]):
            found.add(Pleasantry.REACTION)
            place += 1
        else:
            return set()
    return found - {Pleasantry.OTHER} if keys or not _is_picture(message) else {Pleasantry.REACTION}


def _is_picture(message: str) -> bool:
    """Whether a message without words is made of faces and other signs."""
    kinds = {unicodedata.category(sign) for sign in message}
    return "So" in kinds and kinds <= MARKS | {"So"}
