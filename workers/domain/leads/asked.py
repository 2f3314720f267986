"""What the desk can ask a visitor for."""

from enum import StrEnum
from typing import Final


class Asked(StrEnum):
    """What the desk has just asked for."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    OFFER = "offer"
    CONFIRM = "confirm"


DETAILS: Final = frozenset((Asked.NAME, Asked.EMAIL, Asked.PHONE))
YES_OR_NO: Final = frozenset((Asked.OFFER, Asked.CONFIRM))
