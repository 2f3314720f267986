"""What phrases can mean to the desk."""

from enum import Enum, auto


class Sign(Enum):
    """What a phrase says about what was offered or is to be confirmed."""

    YES = auto()
    WANTS = auto()
    """A yes to an offer, and to a confirmation unless it goes on with something else: "I'd like it at six"."""
    NO = auto()
    REFUSES = auto()
    """It is not wanted."""
    STOPS = auto()
    """Nor is anything else about it."""
    WITHDRAWS = auto()
    """Does not want to be contacted, or wants what was given to be deleted."""
    LATER = auto()
    GOOD = auto()
    FINE = auto()
    """Good, or a mere word to go on with: "okay"."""
    WRONG = auto()
    CHANGE = auto()
    """Something about it is to be different."""
    DONE = auto()
    """No more is wanted: "that's all"."""
    LEAVES = auto()
    """Takes leave, which is no to an offer, and no yes to anything: "bye"."""
    UNSURE = auto()


class Remark(Enum):
    """What a phrase does, besides giving details and deciding."""

    ASKS = auto()
    """Opens a question, or asks to be told something."""
    REQUESTS = auto()
    """Asks the desk to do something."""
    NEEDS = auto()
    """Says what is needed, which the documents may tell about."""
    WANTS_CONTACT = auto()
    """Asks for a person, a demo or a call."""
    WANTS_PRICE = auto()
    """Asks for a price, which is asking for a person, too, but one that the documents may spare the visitor."""
    CORRECTS = auto()
    """Takes back what was said, whatever follows."""
    MAY_CORRECT = auto()
    """Takes back what was said, when a detail follows."""
    WITHHOLDS = auto()
    """Keeps to itself what was asked for."""
    POSTPONES = auto()
    """Puts off what was asked for, and not for a moment alone."""
