"""What leads are to be after anything that may happen to them, in plain lists that know no database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from shared.db.leads import Given
from shared.vocabulary import Detail

IDENTIFYING = (Detail.EMAIL, Detail.PHONE)
NUMBERS = count()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was given of a lead: by a session or, without one, by an operator."""

    session_id: str | None
    given: Given
    wrong: bool = False
    n: int = field(default_factory=lambda: next(NUMBERS))

    @property
    def key(self) -> tuple[Detail, str]:
        return self.given.kind, self.given.value.lower()


@dataclass(frozen=True, slots=True)
class Telling:
    """What a session, or an operator of a lead, says at once."""

    session_id: str | None
    given: Sequence[Given]
    corrected: Collection[Detail] = ()
    known: int | None = None

    def contradicts(self, fact: Fact) -> bool:
        right = [Fact(None, one).key for one in self.given if one.kind is fact.given.kind][-1:]
        return fact.session_id == self.session_id and fact.given.kind in self.corrected and fact.key not in right


@dataclass(slots=True)
class LeadModel:
    """The leads that are neither erased nor part of others, by their numbers."""

    leads: dict[int, list[Fact]] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)

    def now(self, lead_id: int | None) -> int | None:
        """Return what a lead is now; None when it is gone."""
        while lead_id in self.merged:
            lead_id = self.merged[lead_id]
        return lead_id if lead_id in self.leads else None

    def tell(self, telling: Telling, stored_as: int) -> None:
        """Note what was said, and that the store took it for this lead. Raises AssertionError if it can't be."""
        new = [_judged(Fact(telling.session_id, one), telling) for one in telling.given]
        about = sorted(self._about(telling, new))
        assert stored_as == about[0] if about else stored_as not in {*self.leads, *self.merged}
        facts = [_judged(fact, telling) for lead_id in about for fact in self.leads.pop(lead_id)]
        self.merged |= dict.fromkeys(about[1:], stored_as)
        self.leads[stored_as] = sorted([*facts, *new], key=lambda fact: fact.n)

    def withdraw(self, session_id: str) -> None:
        """Forget what a session said, and the leads that nobody else, but perhaps an operator after it, told of."""
        for lead_id, facts in list(self.leads.items()):
            left = [fact for fact in facts if fact.session_id != session_id]
            if any(facts[0].session_id is None or fact.session_id for fact in left):
                self.leads[lead_id] = left
            else:
                del self.leads[lead_id]

    def said(self) -> dict[int, set[tuple[str | None, Detail, str]]]:
        """Return all that is known of each lead, and from whom."""
        return {
            lead_id: {(fact.session_id, fact.given.kind, fact.given.value) for fact in facts}
            for lead_id, facts in self.leads.items()
        }

    def _about(self, telling: Telling, new: Iterable[Fact]) -> set[int]:
        named = _keys(new)
        about = {lead_id for lead_id, facts in self.leads.items() if named & _keys(facts)}
        for lead_id, facts in self.leads.items():
            if any(fact.session_id == telling.session_id and _is_reconsidered(fact, telling) for fact in facts):
                about.add(lead_id)
        return about | ({self.now(telling.known)} - {None})  # type: ignore[operator]


def _judged(fact: Fact, telling: Telling) -> Fact:
    return replace(fact, wrong=fact.wrong or telling.contradicts(fact))


def _is_reconsidered(fact: Fact, telling: Telling) -> bool:
    return not fact.wrong and fact.given.kind in telling.corrected


def _keys(facts: Iterable[Fact]) -> set[tuple[Detail, str]]:
    return {fact.key for fact in facts if fact.given.kind in IDENTIFYING and not fact.wrong}
