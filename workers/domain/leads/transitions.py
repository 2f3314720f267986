"""The table that decides what becomes of lead capture: a step, what the visitor did, and the move that follows."""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final

from shared.vocabulary import LeadStep


class Signal(StrEnum):
    """What a message means to lead capture; each message is one."""

    DETAILS = auto()  # something to reach the visitor by, or what was asked for
    ACCEPTED = auto()
    REFUSED = auto()
    WITHDRAWN = auto()  # does not want to be contacted, or wants what was given to be forgotten
    MISTAKEN = auto()  # what was to be confirmed is wrong
    WITHHELD = auto()  # what was asked for is not given, and the rest may be
    INVALID = auto()  # meant as an address, a number or a name, and can't be one
    WANTED = auto()  # asks for a person, a demo or a call
    PRICED = auto()  # asks for a price, which takes up no offer
    UNANSWERED = auto()  # the documents did not tell
    AT_HOME = auto()  # has had some answers, and may be interested
    LEFT = auto()  # says goodbye, and nothing else
    SMALL_TALK = auto()  # hello, thanks
    OTHER = auto()  # a question, or anything else


ABOUT_ELSE: Final = frozenset((Signal.OTHER, Signal.PRICED))
"""What is about something else than the desk's offer, and asks the documents alone."""


class Move(StrEnum):
    """What the desk does about it."""

    STAY = auto()
    OFFER = auto()
    ASK_ON = auto()  # for what is missing, then for the consent
    SKIP = auto()  # what was asked for, and ask on
    REPEAT = auto()  # the pending question, a few times
    HINT = auto()  # at how it should look, once
    DECLINE = auto()
    LEAVE = auto()  # it at that, say goodbye, and keep what was given
    DISCARD = auto()  # decline, and forget what was given
    ASK_AGAIN = auto()  # for what was wrong
    WITHDRAW = auto()  # take back what has become a lead
    CAPTURE = auto()
    UPDATE = auto()
    REASSURE = auto()
    CHAT = auto()  # be friendly


def _row(**moves: Move) -> Mapping[Signal, Move]:
    """Return what a step does about each signal; about those not named, nothing."""
    named = {Signal(name): move for name, move in moves.items()}
    return {signal: named.get(signal, Move.STAY) for signal in Signal}


_FREE: Final = {
    "details": Move.ASK_ON,
    "withdrawn": Move.DISCARD,
    "wanted": Move.OFFER,
    "priced": Move.OFFER,
    "unanswered": Move.OFFER,
    "at_home": Move.OFFER,
    "left": Move.CHAT,
    "small_talk": Move.CHAT,
}
_ASKING: Final = {
    "details": Move.ASK_ON,
    "accepted": Move.REPEAT,
    "refused": Move.DECLINE,
    "withdrawn": Move.DISCARD,
    "mistaken": Move.REPEAT,
    "withheld": Move.SKIP,
    "invalid": Move.HINT,
    "wanted": Move.REPEAT,
    "priced": Move.REPEAT,
    "unanswered": Move.REPEAT,
    "at_home": Move.REPEAT,
    "left": Move.LEAVE,
    "small_talk": Move.REPEAT,
    "other": Move.REPEAT,
}
ROWS: Final[Mapping[LeadStep, Mapping[Signal, Move]]] = {
    LeadStep.IDLE: _row(**_FREE),
    LeadStep.EXPIRED: _row(**_FREE),
    LeadStep.DECLINED: _row(**_FREE | {"accepted": Move.OFFER}),
    LeadStep.OFFERED: _row(**_ASKING | {"accepted": Move.ASK_ON, "withheld": Move.DECLINE, "wanted": Move.ASK_ON}),
    LeadStep.ASKING_NAME: _row(**_ASKING),
    LeadStep.ASKING_EMAIL: _row(**_ASKING),
    LeadStep.ASKING_PHONE: _row(**_ASKING),
    LeadStep.CONFIRMING: _row(
        **_ASKING
        | {"accepted": Move.CAPTURE, "refused": Move.DISCARD, "withheld": Move.DISCARD, "mistaken": Move.ASK_AGAIN}
    ),
    LeadStep.CAPTURED: _row(
        details=Move.UPDATE,
        withdrawn=Move.WITHDRAW,
        invalid=Move.HINT,
        wanted=Move.REASSURE,
        left=Move.CHAT,
        small_talk=Move.CHAT,
    ),
}
TRANSITIONS: Final = {(step, signal): move for step, row in ROWS.items() for signal, move in row.items()}
