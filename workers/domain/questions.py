"""The questions of a message that asks several, each to be searched by itself."""

import re
from collections.abc import Iterator
from typing import Final

from workers.domain.followup import is_part
from workers.domain.leads.pleasantries import Pleasantry, pleasantry_in
from workers.domain.statements import split_sentences

MOST: Final = 3  # of one message; what is asked beyond them is searched with the last

# How a question begins in English, Spanish, German and French. A verb alone may as well go on with a statement, and is
# looked at with what it asks about: "and do you", "und haben Sie"; not "and can carry". "When I" begins a statement.
OPENER: Final = (
    r"(?:(?:what|when|where|why|how)(?:['\u2019](?:s|re))?\b(?! (?:to|ever|I|you|we|he|she|it|they|my|our|the)\b)"
    r"|(?:do|does|did|is|are|was|were|can|could|will|would|should|may|must|have|has)(?:n['\u2019]t)? (?:I|you|we|they"
    r"|it|there|your|my|the|this|that|these|those|any|anyone|anybody|someone|somebody)\b"
    r"|\u00bf|(?:(?:a|con|de|desde|en|hasta|para|por) )?(?:qué|cu[aá]l(?:es)?|cuándo|cu[aá]nt[oa]s?|a?dónde|cómo"
    r"|quién(?:es)?)\b|(?:hay|tienen?|tenéis|pued(?:o|es?|en)|podéis|se (?:puede|pueden|debe)|acept(?:an|áis)"
    r"|ofrec(?:en|éis)|vend(?:en|éis)|alquil(?:an|áis)|hac(?:en|éis)|env(?:ían|iáis)|repar(?:an|áis)|abr(?:en|ís))\b"
    r"|(?:(?:ab|bis|seit|von) )?(?:was|wann|wo|woher|wohin|wer|wem|wen|wie|wieviel|warum|wieso|welche[mnrs]?)\b"
    r"(?! ich\b)"
    r"|(?:gibt|hab(?:e|en|t)|hast|kann|könn(?:en|t|te|ten)|darf|dürfen|muss|müssen|soll|sollen|ist|sind|wird|werden"
    r"|biete[nt]|verkauf(?:en|t)|liefer[nt]|akzeptier(?:en|t)|nehm(?:en|t)|vermiete[nt]|reparier(?:en|t)|mach(?:en|t)"
    r"|bekomm(?:e|en|t)|brauch(?:e|en|t)) (?:es|ich|wir|ihr|man|sie|du|der|die|das|ein|eine)\b"
    r"|(?:(?:à|de|en|par|pour) )?(?:quand|où|comment|combien|pourquoi|quel(?:le)?s?)\b(?! j)|(?:qu['\u2019])?est-ce qu"
    r"|y a-t-il\b|\w+-(?:je|tu|vous|nous|on|ce|ils?|elles?|t-(?:on|ils?|elles?))\b)"
)
AND: Final = r"(?:and(?: also)?|y(?: también)?|und(?: auch)?|et(?: aussi)?)\s+"
BETWEEN: Final = re.compile(rf",?\s+{AND}(?={OPENER})", re.IGNORECASE)
# "Is parking free and are dogs allowed?": these ask, too, unless they may go on with what is before them, as in "a lock
# that is light and is cheap".
MAYBE: Final = r"(?:who|which|do|does|is|are|can|will)\b(?! (?:not|be|also)\b)"
BETWEEN_ANY: Final = re.compile(rf",?\s+{AND}(?={OPENER}|{MAYBE})", re.IGNORECASE)
GOES_ON: Final = re.compile(r"\b(?:who|which|that|whose|if|because|while)\b", re.IGNORECASE)
BEFORE: Final = re.compile(rf"\A\W*{AND}(?={OPENER}|{MAYBE})", re.IGNORECASE)
HELLO: Final = r"\W*(?:(?:hi|hello|hey|so|also|please|hola|hallo|bonjour|salut)\W+)*"
ASKING: Final = re.compile(rf"{HELLO}(?:{AND})?(?:{OPENER}|{MAYBE})", re.IGNORECASE)
MARKED: Final = re.compile(r"[^\w?]*\?")  # read from its end
# Asks for leave to ask, or for help with what comes next.
PRELUDE: Final = re.compile(
    HELLO + r"(?:(?:can|could|may|would|will) (?:you|I|someone|anyone|anybody|somebody)(?: please)? (?:help(?: me| us)?"
    r"(?: out)?(?: with (?:something|this))?|tell me something|ask(?: you)? (?:something|(?:a|some|two|a few)"
    r"(?: quick)? (?:questions?|things?)))"
    r"|(?:(?:me|nos) )?(?:puede[ns]?|podr[ií]an?|podéis) ayudar(?:me|nos)?"
    r"|puedo preguntar(?:[lt]es?)? (?:algo|una cosa)"
    r"|(?:können|könnten|kannst|könnt) (?:sie|du|ihr) (?:mir|uns) (?:bitte |kurz )?(?:weiter)?helfen"
    r"|(?:darf|kann) ich (?:sie |dich |euch )?(?:kurz |mal )?(?:et)?was fragen"
    r"|(?:pouvez-vous|pourriez-vous|peux-tu) (?:m['\u2019]|nous )aider|puis-je (?:vous )?poser une question)\W*",
    re.IGNORECASE,
)


def questions_in(message: str) -> list[str]:
    """Return the questions of a message, at most `MOST`; one that asks no more than one comes back as it is.

    What is stated goes with the question after it, or with the last. A question that only continues the one before it
    stays with that one, and so does what follows a question that asks nothing of the documents: "Can you help me?"
    """
    asked, stated = list[str](), list[str]()
    for piece in _pieces(message):
        if not _asks(piece):
            stated.append(piece)
            continue
        if asked and (len(asked) == MOST or is_part(_alone(piece)) or _asks_nothing(asked[-1])):
            asked[-1] = " ".join([asked[-1], *stated, piece])
        else:
            asked.append(" ".join([*stated, _alone(piece) if asked else piece]))
        stated = []
    *before, last = asked or [""]
    return [*before, " ".join([last, *stated])] if before else [message]


def _pieces(message: str) -> Iterator[str]:
    """Yield the sentences of a message; one that joins questions by an "and" as these."""
    for line in message.splitlines():
        for sentence in split_sentences(" ".join(line.split())):
            yield from _joined_in(sentence)


def _joined_in(sentence: str) -> list[str]:
    """Return the questions that a sentence joins; itself where an "and" is no more than a word of it."""
    pieces = BETWEEN_ANY.split(sentence)
    if GOES_ON.search(pieces[0]):
        pieces = BETWEEN.split(sentence)
    return pieces if any(map(ASKING.match, pieces[0].split(","))) else [sentence]


def _asks(piece: str) -> bool:
    """Whether it is a question; many are typed without their mark, but none with a dot."""
    return bool(MARKED.match(piece[::-1])) or (not piece.endswith((".", "!", ":")) and bool(ASKING.match(piece)))


def _alone(piece: str) -> str:
    """Return a whole question without the "and" before it: of half a question that is the sign."""
    return BEFORE.sub("", piece, count=1)


def _asks_nothing(asked: str) -> bool:
    return (
        is_part(_alone(asked))
        or bool(PRELUDE.fullmatch(asked))
        or pleasantry_in(asked) not in {None, Pleasantry.OTHER}  # "how much is it" says nothing by itself, and asks
    )
