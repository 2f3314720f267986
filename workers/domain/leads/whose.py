"""Whose an address or a number in a message is: the visitor's own, somebody else's, or the company's."""

import re
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from typing import Final, NamedTuple, TypeVar

from workers.domain.leads.phrases import Phrases, words_of

T = TypeVar("T")

SENTENCE_END: Final = re.compile(r"[!?;\n\u2026\u3002\uff01\uff1f\u061f]|\.(?=\s|$)")
POSSESSIVE: Final = re.compile(r"['\u2019](?=s\b)", re.IGNORECASE)
QUESTION_MARKS: Final = "?\uff1f\u061f\u037e"
WINDOW: Final = 160
BLANK: Final = "|"


class Owner(Enum):
    """Whom a detail belongs to, as the words around it say."""

    VISITOR = auto()
    OTHER = auto()
    COMPANY = auto()
    PAST = auto()
    """It was the visitor's, or was a mistake."""


def _choices(*words: str) -> str:
    return "|".join(word for line in words for word in line.split())


RELATED: Final = _choices(
    "colleague colleagues coworker coworkers co-worker boss manager managers wife wifes husband husbands partner",
    "partners friend friends girlfriend girlfriends boyfriend boyfriends fiance fiancee brother brothers sister",
    "sisters mother mothers mom moms mum mums father fathers dad dads son sons daughter daughters cousin cousins",
    "uncle aunt flatmate flatmates roommate roommates neighbour neighbours neighbor neighbors assistant assistants",
    "secretary accountant lawyer team office teammate supervisor client customer tenant",
)
RELACIONADOS: Final = _choices(
    "colega compañero compañera jefe jefa esposa mujer marido esposo pareja amigo amiga novio novia hermano hermana",
    "madre padre hijo hija primo prima socio socia asistente abogado vecino vecina",
)
VERWANDTE: Final = _choices(
    "kollege kollegin chef chefin mann frau partner partnerin freund freundin bruder schwester vater mutter sohn",
    "tochter cousin cousine nachbar nachbarin mitbewohner assistent assistentin anwalt",
)
PROCHES: Final = _choices(
    "collègue collègues chef patron patronne femme mari conjoint compagnon compagne ami amie copain copine frère sœur",
    "soeur mère père fils fille cousin cousine voisin voisine assistant assistante avocat",
)

# The last of these before a detail tells whose it is: "my" is the visitor, "my wife" is not.
BEFORE: Final = Phrases(
    {
        Owner.VISITOR: """
            (my|mine|me|myself)
            not that (one|number|email|address)
            (it|that|this) (isn't|is not|s not|wasn't|was not) (complete|finished|right|correct|the right one|it)
            (can|could|would|will|please) (you |)(please |)(send|mail|email|forward|text|ring|call)
            (mi|mis|mio|mia|conmigo|escribirme|escribanme|escribeme|enviarme|mandarme|contactarme|llamarme|llamame)
            llamenme
            (esa|ese|eso) no
            (nicht die|nicht der|nicht das) (nummer|adresse)
            pas (celui-la|celle-la|ce numero|cette adresse)
            (mein|meine|meiner|meinen|meinem|mich|mir|mon|ma|mes|moi|m'envoyer|m'ecrire|m'appeler|me joindre|meu)
            (minha|mio)
            (mia|mijn|мой|моя|мне)
        """,
        Owner.OTHER: f"""
            my ({RELATED})
            (his|her|hers|their|theirs|cc|bcc)
            's (email|e-mail|mail|address|number|phone|mobile|cell)
            (i|we) (wrote|emailed|mailed|called|rang|phoned|texted|contacted|tried|messaged)
            (i|we) have (written|emailed|mailed|called|phoned|texted|contacted|tried)
            (reply|answer|email|mail|call|message|letter|sms) from
            mi ({RELACIONADOS})
            (mein|meine) ({VERWANDTE})
            (seine|sein|ihrem|deren)
            (mon|ma|mes) ({PROCHES})
            (son|sa) (mail|e-mail|email|adresse|numéro|téléphone|portable)
        """,
        Owner.COMPANY: """
            (your|yours|you at|you on|you under)
            (tell|show|remind) me (if|whether)
            let me know (if|whether)
            do you (answer|reply|respond|read|use|have|own|check|monitor)
            (are you|is this you|is that you|reach you|contact you|write you|write to you|email you|call you|mail you)
            (should|can|could|may|do|must) i (write|email|mail|call|send|ring|phone|use|contact|text|reach)
            (vuestro|vuestra|le escribo a|les escribo a|puedo escribir|puedo llamar|debo escribir|contestan|ihr|ihre)
            ihrer
            (euer|eure|kann ich|soll ich|darf ich|antworten sie|erreiche ich sie|sie unter|euch unter|votre|vos)
            vous joindre
            (vous contacter|vous ecrire|puis-je|dois-je|est-ce que je peux|repondez-vous)
        """,
        Owner.PAST: """
            (not|instead of|rather than|old|previous|former|don't use|do not use|never use|no longer|isn't|wasn't)
            (en vez de|en lugar de|antiguo|antigua|anterior|ya no|nicht|statt|anstatt|alte|alten|alter|fruhere)
            pas
            (au lieu de|ancien|ancienne|plutot que)
        """,
    }
)
AFTER: Final = Phrases(
    {
        Owner.COMPANY: """
            (your|yours|the right|the correct|the company's|a valid|still valid|still in use|still active|working)
            vuestro
            (vuestra|es correcto|es la correcta|es el correcto|ihre|ihr|eure|euer|die richtige|richtig|noch aktuell)
            votre
            (la bonne|le bon|toujours valable)
        """,
        Owner.OTHER: f"""
            is my ({RELATED})
            (belongs to|is his|is hers|is her|is their|is theirs)
        """,
        Owner.PAST: """
            (is|was) (wrong|incorrect|old|outdated|a typo|a mistake|not right|not correct|not mine|no longer)
            (isn't|wasn't) (right|correct|mine)
            (bounced|didn't work|doesn't work|does not work|doesn't exist)
            (es|era) (incorrecto|incorrecta|antiguo|antigua)
            (ist|war) (falsch|alt|veraltet)
            (est|etait) (faux|fausse|incorrect|incorrecte)
        """,
    }
)
CORRECTING: Final = Phrases(
    {
        True: """
            (sorry|actually|i mean|i meant|correction|no|wrong|rather|but|oops|better|instead)
            (perdon|perdona|quiero decir|mejor|sino|incorrecto)
            (entschuldigung|nein|falsch|sondern|besser|ich meine|vielmehr)
            (pardon|desole|non|faux|plutot|mais|je veux dire)
        """
    }
)


class Surroundings(NamedTuple):
    """The words around a detail in its sentence, up to the details before and behind it."""

    before: Sequence[str]
    after: Sequence[str]
    questioned: bool
    """Whether it stands in a question."""


def blank(message: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a message in which some parts are turned into `|`, one for each character."""
    for start, end in spans:
        message = message[:start] + BLANK * (end - start) + message[end:]
    return message


def surroundings(text: str, start: int, end: int) -> Surroundings:
    """Return what stands around text[start:end]; other details in the text are to be blanked with `|`."""
    before = re.split(r"\|+", text[max(0, start - WINDOW) : start])[-1]
    before = SENTENCE_END.split(before)[-1]
    rest = text[end : end + WINDOW]
    stop = SENTENCE_END.search(rest)
    after = re.split(r"\|+", rest[: stop.start() if stop else None])[0]
    questioned = bool(stop and stop[0] in QUESTION_MARKS)
    return Surroundings(_keys(before), _keys(after), questioned)


def _keys(text: str) -> list[str]:
    """Return the words of a text as they are compared, "wife's" as two."""
    return [word.key for word in words_of(POSSESSIVE.sub(" ", text))]


def is_visitors(around: Surroundings, *, asked_for: bool) -> bool:
    """Whether a detail is the visitor's own; what was asked for is, as long as nothing speaks against it."""
    owner = owner_of(around)
    opens = not around.before
    if owner is None:
        return asked_for or opens or not around.questioned
    return owner is Owner.VISITOR or (asked_for and (owner is Owner.OTHER or (owner is Owner.COMPANY and opens)))


def owner_of(around: Surroundings) -> Owner | None:
    """Return whom the words around a detail give it to; None when they don't tell."""
    behind = next(AFTER.find(around.after), None)
    if behind and (around.questioned or behind.means is not Owner.COMPANY):
        return behind.means
    named = [found.means for found in BEFORE.find(around.before)]
    return named[-1] if named else None


def choose(claims: Iterable[tuple[Surroundings, T]], *, asked_for: bool) -> T | None:
    """Return the detail that is the visitor's: the first, unless a later one is surer or corrects it."""
    best, certainty = None, 0
    for around, detail in claims:
        if is_visitors(around, asked_for=asked_for):
            certain = 2 if owner_of(around) is Owner.VISITOR else 1
            if certain > certainty or next(CORRECTING.find(around.before), None):
                best, certainty = detail, certain
    return best
