"""Links in answers: to the company's own places and to those that the passages name, and to no others."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Final, Self

from workers.domain.passage import Passage
from workers.domain.prompt import Prompt

LEFT_OUT: Final = "\u2026"
LONGEST: Final = 2_000  # characters that an address is waited for; the demo page takes none that is longer for a link

_REST: Final = r"[^\s<>()\[\]\u3010\u3011]"
# Browsers take `https:host`, `https:/host` and `\\host` for addresses, too.
ADDRESS: Final = re.compile(
    rf"(?:https?:[/\\]*|(?:[a-z][a-z0-9+.-]{{0,20}}:)?[/\\]{{2}}|www\.)({_REST}+)", re.IGNORECASE
)
# The end of a piece that may turn out to be the start of an address when the next piece comes.
UNFINISHED: Final = re.compile(
    rf"(?:h|ht|htt|https?|https?:[/\\]*{_REST}*|[/\\]|[/\\]{{2}}{_REST}*|w|ww|www|www\.{_REST}*)\Z", re.IGNORECASE
)
# What every address has in it, or ends with when it is cut: a piece without is passed on as it is.
HINT: Final = re.compile(r"[/\\:]|www\.|(?:h(?:tt?)?|https?|w{1,3})\Z", re.IGNORECASE)
# Letters, digits, dots and hyphens alone: of anything else, browsers may make another host than we do.
HOST: Final = re.compile(r"([\w.-]+)(?::\d{1,5})?(?:[/?#]|\Z)")
AT_THE_END: Final = ".,;:!?*_|}`\"'\u2019\u201d\u00ab\u00bb"


class LinkGuard:
    """Leaves the addresses of other hosts out of an answer while it is told piece by piece."""

    def __init__(self, hosts: Collection[str], domains: Sequence[str] = ()) -> None:
        """Let through addresses at the `hosts`, and at `domains` and all below them; `www.` makes no difference."""
        self._hosts = hosts
        self._domains = tuple(_bare(domain) for domain in domains)
        self._held = ""

    @classmethod
    def of(cls, prompt: Prompt) -> Self:
        """Return the guard of an answer to a prompt.

        Where the operator names domains, only they and the documents' own addresses are linked to; else the addresses
        that stand in the passages are, too.
        """
        named = bool(prompt.link_hosts)
        return cls(frozenset(_hosts(prompt.passages, in_text=not named)), prompt.link_hosts)

    def pass_on(self, piece: str) -> str:
        """Return what can be told by now; what may be half an address waits for the rest."""
        if not self._held and not HINT.search(piece):
            return piece
        text = self._held + piece
        unfinished = UNFINISHED.search(text)
        end = unfinished.start() if unfinished and len(text) - unfinished.start() <= LONGEST else len(text)
        self._held = text[end:]
        return self._checked(text[:end])

    def rest(self) -> str:
        """Return what still waits, at the answer's end."""
        held, self._held = self._held, ""
        return self._checked(held)

    def _checked(self, text: str) -> str:
        return ADDRESS.sub(self._let_through, text)

    def _let_through(self, address: re.Match[str]) -> str:
        host = _host(address)
        if host and (host in self._hosts or any(f".{host}".endswith(f".{domain}") for domain in self._domains)):
            return address[0]
        return LEFT_OUT + address[0][len(address[0].rstrip(AT_THE_END)) :]


def _hosts(passages: Sequence[Passage], *, in_text: bool) -> Iterator[str]:
    for passage in passages:
        yield from _hosts_in(passage.url or "")
        if in_text:
            yield from _hosts_in(passage.text)


@lru_cache(maxsize=2_000)
def _hosts_in(text: str) -> Collection[str]:
    """Return the hosts that a text has addresses at; the same passages are found again and again."""
    return frozenset(filter(None, map(_host, ADDRESS.finditer(text))))


def _host(address: re.Match[str]) -> str:
    """Return an address's host, empty for one that browsers may read otherwise than we do."""
    found = None if "\\" in address[0] else HOST.match(address[1].rstrip(AT_THE_END))
    return _bare(found[1]) if found else ""


def _bare(host: str) -> str:
    return host.casefold().strip(".").removeprefix("www.")
