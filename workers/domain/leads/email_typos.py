"""Likely typos in the domain of an email address, and what was probably meant."""

from typing import Final

# Where most private mailboxes are. Their neighbours by one letter are hardly ever somebody's domain.
MEANT: Final = tuple(
    """
    gmail.com googlemail.com hotmail.com outlook.com yahoo.com icloud.com protonmail.com comcast.net verizon.net
    hotmail.co.uk yahoo.co.uk btinternet.com outlook.de hotmail.de yahoo.de freenet.de t-online.de hotmail.fr
    outlook.fr yahoo.fr orange.fr wanadoo.fr laposte.net hotmail.es outlook.es yahoo.es hotmail.it yahoo.it
    libero.it virgilio.it
    """.split()  # noqa: SIM905 - a table of words reads better as text
)
# Providers with names so short, or so near to the ones above, that they are the neighbours that are real.
REAL: Final = frozenset(
    """
    gail.com mail.com email.com ymail.com gmx.com gmx.net gmx.de gmx.at gmx.ch gmx.fr gmx.es gmx.co.uk web.de
    live.com live.de live.fr live.co.uk live.nl live.it msn.com me.com mac.com aol.com aol.de aol.fr aim.com
    rocketmail.com yandex.com yandex.ru mail.ru inbox.ru list.ru bk.ru rambler.ru zoho.com hey.com pm.me proton.me
    protonmail.ch tutanota.com tuta.com fastmail.com fastmail.fm mailbox.org posteo.de posteo.net qq.com 163.com
    126.com naver.com daum.net hanmail.net free.fr sfr.fr neuf.fr bbox.fr numericable.fr terra.es telefonica.net
    movistar.es ono.com arcor.de online.de bluewin.ch hispeed.ch uol.com.br bol.com.br terra.com.br sky.com att.net
    sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com shaw.ca rogers.com bigpond.com
    optusnet.com.au ntlworld.com talktalk.net virginmedia.com tiscali.it tiscali.co.uk alice.it tin.it kpnmail.nl
    ziggo.nl planet.nl telenet.be skynet.be orange.es orange.net orange.com outlook.com.br yahoo.com.br
    hotmail.com.br
    """.split()  # noqa: SIM905 - as above
)
PROVIDERS: Final = REAL.union(MEANT)
PROVIDER_NAMES: Final = frozenset(domain.partition(".")[0] for domain in PROVIDERS)
ONE_DOMAIN: Final = frozenset(("gmail", "googlemail", "icloud", "protonmail"))
"""Those that have no domains in other countries."""

# No country and nobody else owns these endings; .co, .cm and .om exist, and are typos behind a provider's name alone.
NO_ENDINGS: Final = frozenset(
    ("con", "cmo", "ocm", "comm", "vom", "xom", "cim", "coom", "ccom", "conm", "vcom", "dom", "xcom")
)
NEAR_COM: Final = NO_ENDINGS | {"co", "cm", "om", "cpm", "c", "common"}
LONG_NAME: Final = 7


def suggestion(email: str) -> str | None:
    """Return the same address with the likely typo in its domain put right; None when there is none."""
    mailbox, _, domain = email.rpartition("@")
    meant = _meant(domain.lower())
    return f"{mailbox}@{meant}" if meant else None


def _meant(domain: str) -> str | None:
    if domain in PROVIDERS:
        return None
    name, _, ending = domain.partition(".")
    if name in PROVIDER_NAMES:
        return _with_ending(name, ending)
    near = [known for known in MEANT if _is_near(name, ending, known)]
    if near:
        return min(near, key=lambda known: distance(domain, known))
    return f"{name}.com" if ending in NO_ENDINGS else None


def _with_ending(name: str, ending: str) -> str | None:
    """Return what was meant by the name of a provider before an ending that is not its own."""
    if ending in NEAR_COM or name in ONE_DOMAIN:
        return f"{name}.com" if f"{name}.com" in PROVIDERS else None
    return None


def _is_near(name: str, ending: str, known: str) -> bool:
    """Whether a domain is a known one mistyped: its first letter seldom is."""
    known_name, _, known_ending = known.partition(".")
    most = 2 if len(known_name) >= LONG_NAME else 1
    return (
        (ending == known_ending or (known_ending == "com" and ending in NEAR_COM))
        and (name[:1] == known_name[:1] or sorted(name[:2]) == sorted(known_name[:2]))
        and abs(len(name) - len(known_name)) <= most
        and distance(name, known_name) <= most
    )


def distance(one: str, other: str) -> int:
    """Return how many letters to add, drop, replace or swap with their neighbour lead from one word to the other.

    The optimal string alignment distance (Damerau-Levenshtein without editing a swapped pair again).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
