"""Made-up people: who they are, how they can be reached, and how they behave."""

import random
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Final

GIVEN: Final = (
    "Anna", "Lashay", "Kraig", "Mei", "Jean-Luc", "Siobhán", "Oluwaseun", "Zoë", "Dmitri", "Priya", "Tomás",
)  # fmt: skip
FAMILY: Final = (
    "Shaul", "Buffo", "O'Brien", "van der Berg", "Smith", "Nakamura", "García", "Øvergård", "Iyer", "Dubois",
)  # fmt: skip


class Manner(StrEnum):
    """How somebody takes to being asked."""

    WILLING = auto()
    CURIOUS = auto()  # asks something else in between
    RELUCTANT = auto()  # gives some of it
    REFUSING = auto()
    CLUMSY = auto()  # mistypes first
    CORRECTING = auto()  # takes back what was given
    ABUSIVE = auto()
    LEAVING = auto()  # goes away in the middle
    UNWILLING = auto()  # gives everything, and then no consent


@dataclass
class Person:
    """A visitor, what they have given so far, and whether it may be passed on."""

    number: int
    name: str
    email: str
    phone: str
    manner: Manner
    luck: random.Random
    given: dict[str, str] = field(default_factory=dict)
    consented: bool = False
    objected: bool = False
    patience: int = 12
    tried: set[str] = field(default_factory=set)

    def first_time(self, what: str) -> bool:
        """Tell whether this is done for the first time, and note it."""
        fresh = what not in self.tried
        self.tried.add(what)
        return fresh


def person(number: int, seed: int) -> Person:
    """Return somebody; the same number and seed give the same person."""
    luck = random.Random(f"{seed}/{number}")
    given, family = luck.choice(GIVEN), luck.choice(FAMILY)
    letters = f"{given}.{family}".lower()
    plain = "".join(letter for letter in letters if letter == "." or (letter.isascii() and letter.isalpha()))
    return Person(
        number,
        f"{given} {family}",
        f"{plain}{number}@example.org",
        f"+4930{2_000_000 + number * 7}",
        [*Manner][number % len(Manner)],
        luck,
    )
