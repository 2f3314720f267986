"""How far lead capture has got in a session: what was given, what is asked, and what must be remembered."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple, Self

import msgspec

from shared.vocabulary import Detail, LeadStep

CONTACT: Final = (Detail.EMAIL, Detail.PHONE)
WANTED: Final = (Detail.NAME, *CONTACT)  # in the order in which they are asked for


class Said(NamedTuple):
    """A detail as the visitor gave it, in which turn, and whether it was taken back."""

    kind: Detail
    value: str
    turn_id: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a session's lead capture stands; what is not given here was never said."""

    step: LeadStep = LeadStep.IDLE
    asked: int = 0
    """How often the step's question was asked."""
    details: dict[Detail, str] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    """Everything given that no lead holds yet, oldest first."""
    withheld: frozenset[Detail] = frozenset()
    suggestion: str | None = None
    """The address as it was probably meant, while the visitor is asked about it."""
    misses: int = 0
    """How often what was asked for came in a form that can't be right."""
    quiet_until: int = 0
    """The turn before which nothing is offered again."""

    @classmethod
    def of(cls, step: LeadStep, asked: int, memory: dict[str, Any]) -> Self:
        """Return the progress that `memory` was made of."""
        return msgspec.convert(memory | {"step": step, "asked": asked}, cls)

    def memory(self) -> dict[str, Any]:
        """Return all but step and count as what JSON can hold; nothing of a progress without memories."""
        fresh = type(self)()
        names = ("details", "said", "withheld", "suggestion", "misses", "quiet_until")
        kept = {name: getattr(self, name) for name in names if getattr(self, name) != getattr(fresh, name)}
        memory: dict[str, Any] = msgspec.to_builtins(kept)
        return memory

    @property
    def reachable(self) -> bool:
        """Whether the visitor has left a way to be reached."""
        return any(kind in self.details for kind in CONTACT)

    @property
    def missing(self) -> Detail | None:
        """What to ask for next."""
        return next((kind for kind in WANTED if kind not in self.details and kind not in self.withheld), None)

    def with_details(self, given: dict[Detail, str], turn_id: str, *, corrects: bool) -> Self:
        """Return the progress with what a turn gave; what it takes the place of stays in what was said."""
        new = {kind: value for kind, value in given.items() if self.details.get(kind) != value}
        if not new:
            return self
        before = [one._replace(wrong=True) if corrects and one.kind in new else one for one in self.said]
        said = (*before, *(Said(kind, value, turn_id) for kind, value in new.items()))
        return replace(self, details=self.details | new, said=said, withheld=self.withheld - new.keys())

    def without(self, kinds: Collection[Detail]) -> Self:
        """Return the progress without some of what was given: it was wrong."""
        left = {kind: value for kind, value in self.details.items() if kind not in kinds}
        said = tuple(one._replace(wrong=True) if one.kind in kinds else one for one in self.said)
        return replace(self, details=left, said=said)
