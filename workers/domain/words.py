"""Words as they are compared: in one case, without endings and without those that carry no meaning."""

import re
from functools import cache
from typing import Final

import Stemmer

WORD: Final = re.compile(r"\w+(?:[.,]\d+)*", re.UNICODE)  # 1,250.50 and 6.30 are one word each
ELISION: Final = re.compile(r"\b(?:[cdjlmnst]|qu)['\u2019](?=\w)", re.IGNORECASE)  # l'achat is about achat
CONTRACTION: Final = re.compile(r"['\u2019](?:s|re|ve|ll|d|m|t)\b", re.IGNORECASE)

STEMMERS: Final = {"en": "english", "es": "spanish", "de": "german", "fr": "french"}

STOP_WORDS: Final = frozenset(
    # English; "isn't" arrives here as "isn"
    """
    a an the and or but nor so if then than as at by for from in into of off on onto out over to up with about
    i me my mine we us our ours you your yours he him his she her hers it its they them their theirs one ones
    this that these those there here who whom whose which what when where why how
    am is are was were be been being do does did doing done have has had having can could may might must shall
    should will would isn aren wasn weren don doesn didn haven hasn hadn can couldn mustn shouldn won wouldn
    not no yes any some all both each also just only very too please tell let get got like want need know
    say said ok okay hello hi hey thanks thank much many
    """.split()  # noqa: SIM905 - a table of words reads better as text
    # Spanish
    + """
    el la los las un una unos unas y o u e pero si no sí de del al a en con por para sin sobre entre desde hasta
    yo tú él ella nosotros vosotros ellos ellas me te se nos os lo le les mi mis tu tus su sus nuestro nuestra
    este esta esto estos estas ese esa eso esos esas aquel aquella que qué quien quién cual cuál cuando cuándo
    donde dónde como cómo cuanto cuánto cuánta es son era fue ser estar está están hay ha han he hacer puedo puede
    pueden quiero tengo tiene también muy más ya hola gracias favor
    """.split()  # noqa: SIM905 - as above
    # German
    + """
    der die das den dem des ein eine einen einem einer eines und oder aber wenn dann als wie an auf aus bei für
    mit nach von vor zu zum zur über um durch im ins am ich mich mir mein meine wir uns unser du dich dir
    dein ihr euch euer er ihn ihm sie es sein seine man dies diese dieser dieses jener wer wen wem was wann wo
    warum welche welcher welches bin bist ist sind war waren wird werden wurde habe haben hat hatte kann können
    könnte darf muss soll will möchte mag nicht kein keine ja nein auch nur noch schon sehr hallo danke bitte
    """.split()  # noqa: SIM905 - as above
    # French
    + """
    le la les un une des du de d l et ou mais si ne pas non oui à au aux en dans par pour sans sur sous avec chez
    je tu il elle on nous vous ils elles moi toi lui leur leurs mon ma mes ton ta tes son sa ses notre nos votre
    vos ce cet cette ces ça cela qui que quoi dont où quand comment pourquoi combien quel quelle quels quelles
    est sont était être ai as a ont avoir fait faire peut peux puis pouvez veux dois aussi très plus bonjour merci
    """.split()  # noqa: SIM905 - as above
)


@cache
def stemmer(language: str) -> Stemmer.Stemmer:
    """Return the stemmer of a two-letter language, English for one without a stemmer of its own here."""
    return Stemmer.Stemmer(STEMMERS.get(language, "english"))


def language_of(locale: str | None) -> str:
    """Return the two letters a locale starts with, `de` for `de-AT`; `en` when there is none."""
    return (locale or "en").replace("_", "-").partition("-")[0].lower() or "en"


def words(text: str) -> list[str]:
    """Return every word in lower case, in order."""
    if "'" in text or "\u2019" in text:
        text = CONTRACTION.sub("", ELISION.sub("", text))
    return WORD.findall(text.casefold())


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, in order."""
    return [word for word in words(text) if word not in STOP_WORDS]


def says_nothing(text: str) -> bool:
    """Whether a text neither asks nor has a word that carries meaning: hello, thanks, ok."""
    return "?" not in text and bool(words(text)) and not content_words(text)


def stems(text: str, language: str = "en") -> list[str]:
    """Return the stems of the words that carry meaning, in order. Not safe to call from two threads at once."""
    found: list[str] = stemmer(language).stemWords(content_words(text))
    return found
