"""The ways in which the stub fails, and which requests they befall."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, Final

import msgspec

from tests.stubs import sheets_errors as errors
from tests.stubs.sheets_errors import Refused, page

JSON: Final = "application/json; charset=UTF-8"


class Ending(Enum):
    """What becomes of an answer on its way."""

    WHOLE = auto()
    CUT = auto()  # nothing is sent, the connection is closed
    RESET = auto()  # nothing is sent, the connection is reset
    TORN = auto()  # half of it is sent, then the connection is closed
    DRIP = auto()  # it comes a byte at a time
    NEVER = auto()  # nothing is sent, nothing is closed


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    ending: Ending = Ending.WHOLE


def json_reply(status: int, body: Any, headers: dict[str, str] | None = None) -> Reply:
    """Return an answer in JSON."""
    return Reply(status, msgspec.json.encode(body), headers=headers or {})


def refusal(refused: Refused) -> Reply:
    """Return an error in JSON."""
    return json_reply(refused.code, refused.body, refused.headers)


def html(status: int) -> Reply:
    """Return an error as a page."""
    return Reply(status, page(status), "text/html; charset=UTF-8")


def _too_many(argument: str, kind: str) -> Reply:
    return refusal(errors.too_many(kind, 60, int(argument) if argument else None))


MODES: Final[dict[str, Callable[[str, str], Reply]]] = {
    "429": _too_many,  # "429:30" asks to come back in 30 seconds
    "500": lambda *_: refusal(errors.internal()),
    "503": lambda *_: refusal(errors.unavailable()),
    "401": lambda *_: refusal(errors.unauthenticated("ACCESS_TOKEN_EXPIRED")),
    "403": lambda *_: refusal(errors.forbidden()),
    "403_disabled": lambda *_: refusal(errors.disabled()),
    "404": lambda *_: refusal(errors.not_found()),
    "html_502": lambda *_: html(502),
    "cut": lambda *_: Reply(ending=Ending.CUT),
    "reset": lambda *_: Reply(ending=Ending.RESET),
    "tarpit": lambda *_: Reply(ending=Ending.NEVER),
}
"""Each may end in `_after`: what was asked for is done, and then the answer fails."""
BENT: Final = {"drip": Ending.DRIP, "torn": Ending.TORN}
"""What was asked for is done, and the right answer comes badly."""
KNOWN: Final = ("ok", *BENT, *MODES, *(f"{mode}_after" for mode in MODES))


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls one request."""

    mode: str = "ok"
    argument: str = ""

    @classmethod
    def named(cls, text: str) -> "Fault":
        """Read `mode` or `mode:argument`; raise ValueError when there is no such mode."""
        mode, _, argument = text.partition(":")
        if mode not in KNOWN:
            message = f"no mode {mode!r}; there are: {', '.join(KNOWN)}"
            raise ValueError(message)
        if argument:
            int(argument)
        return cls(mode, argument)

    def before(self, kind: str) -> Reply | None:
        """Return the answer to a read or a write when it strikes before anything is done."""
        return MODES[self.mode](self.argument, kind) if self.mode in MODES else None

    def after(self, kind: str, reply: Reply) -> Reply:
        """Return what is sent in place of the answer to a read or a write."""
        if self.mode in BENT:
            return replace(reply, ending=BENT[self.mode])
        if self.mode.endswith("_after"):
            return MODES[self.mode.removesuffix("_after")](self.argument, kind)
        return reply


class Faults:
    """Decides what befalls which request: one by its number, a share of them by chance, or all."""

    def __init__(self) -> None:
        self.always = Fault()
        self._numbered: dict[int, Fault] = {}
        self._share, self._by_chance = 0.0, [Fault()]
        self._chance = random.Random(0)

    def at(self, number: int, mode: str) -> None:
        """Let it befall the request of that number, counted from 1."""
        self._numbered[number] = Fault.named(mode)

    def share(self, share: float, modes: Sequence[str], seed: int = 0) -> None:
        """Let one of them, by chance, befall such a share of the requests."""
        self._share, self._by_chance = share, [Fault.named(mode) for mode in modes]
        self._chance = random.Random(seed)

    def of(self, number: int) -> Fault:
        """Return what befalls a request."""
        if number in self._numbered:
            return self._numbered[number]
        if self._chance.random() < self._share:
            return self._chance.choice(self._by_chance)
        return self.always
