"""Whatever is given, corrected, taken back, erased and summed up, in any order: leads are what they are to be."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.db.leads import Given
from shared.db.models import lead_values
from shared.db.selfcheck import broken_rules
from shared.db.unit_of_work import Database
from shared.vocabulary import Detail, LeadStatus
from tests.integration.lead_model import LeadModel, Telling
from tests.integration.lead_store import (
    amend,
    capture,
    email,
    erase,
    forget_everything,
    name,
    phone,
    rows,
    summarise,
    withdraw,
)
from tests.stack import Stack

SESSIONS = [f"s{n}" for n in range(4)]
NAMES = [name("Anna"), name("Ben")]
KEYS = [email(spelled) for one in "abc" for spelled in (f"{one}@x.com", f"{one.upper()}@x.com")]
KEYS += [phone(f"+4930{n}") for n in range(3)]
CONSENT = Given(Detail.CONSENT, "May we?")

sessions = st.sampled_from(SESSIONS)
leads_made = st.integers(0, 5)
details = st.lists(st.sampled_from(NAMES + KEYS), min_size=1, max_size=3)
corrected = st.sets(st.sampled_from([Detail.NAME, Detail.EMAIL, Detail.PHONE]), min_size=1, max_size=2)
deeds = st.one_of(
    st.tuples(st.just("capture"), sessions, details, st.one_of(st.just(()), corrected)),
    st.tuples(st.just("amend"), leads_made, details),
    st.tuples(st.just("withdraw"), sessions),
    st.tuples(st.just("erase"), leads_made),
    st.tuples(st.just("summarise"), leads_made, sessions, st.integers(1, 3)),
)
plays = st.lists(deeds, min_size=1, max_size=15)
captures = st.lists(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3), max_size=12)

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
few = settings(many, max_examples=12, derandomize=True)


class Play:
    """Deeds done to a store and to a model of it, one after the other."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.model = LeadModel()
        self.made: list[int] = []
        self.lead_of: dict[str, int] = {}

    async def capture(self, session_id: str, given: Sequence[Given], corrected: Collection[Detail]) -> None:
        known = self.lead_of.get(session_id)
        how: dict[str, Any] = {"status": LeadStatus.PARTIAL, "consent_text": CONSENT.value}
        lead = await capture(self.database, *given, session_id=session_id, known=known, corrected=corrected, **how)
        self.model.tell(Telling(session_id, [*given, CONSENT], corrected, known), stored_as=lead)
        self.lead_of[session_id] = lead
        self.made.append(lead)

    async def amend(self, number: int, given: Sequence[Given]) -> None:
        lead = self._made(number)
        amended = await amend(self.database, lead, *given)
        if amended:
            self.model.tell(Telling(None, given, known=lead), stored_as=amended)
        else:
            assert self.model.now(lead) is None

    async def withdraw(self, session_id: str) -> None:
        await withdraw(self.database, session_id)
        self.model.withdraw(session_id)

    async def erase(self, number: int) -> None:
        lead = self.model.now(self._made(number))
        sessions = await erase(self.database, self._made(number))
        told = self.model.leads.pop(lead) if lead else []
        assert sessions == sorted({fact.session_id for fact in told if fact.session_id})

    async def summarise(self, number: int, session_id: str, seq: int) -> None:
        await summarise(self.database, self._made(number), f"Until {seq}", seq, session_id=session_id)

    async def check(self) -> None:
        assert await broken_rules(self.database) == []
        stored = defaultdict(set)
        for one in await rows(self.database, lead_values):
            stored[one.lead_id].add((one.session_id, Detail(one.kind), one.value))
        assert stored == self.model.said()

    def _made(self, number: int) -> int:
        """Return one of the leads that there have been, however it is now."""
        return self.made[number % len(self.made)] if self.made else 1


async def perform(database: Database, play: Sequence[tuple[Any, ...]]) -> None:
    await forget_everything(database)
    stage = Play(database)
    for deed, *how in play:
        await getattr(stage, deed)(*how)
        await stage.check()


@many
@given(play=plays)
async def test_leads_are_what_they_are_to_be_after_every_deed(local_stack: Stack, play: list[Any]) -> None:
    await perform(local_stack.database, play)


@few
@given(play=plays)
async def test_leads_are_the_same_on_mariadb(production_stack: Stack, play: list[Any]) -> None:
    await perform(production_stack.database, play)


def united(wanted: Sequence[Sequence[Given]]) -> set[frozenset[str]]:
    """Return who is who by union and find, which knows no order."""
    parent: dict[str, str] = {}

    def find(key: str) -> str:
        return key if parent.setdefault(key, key) == key else find(parent[key])

    for keys in wanted:
        for one in keys:
            parent[find(one.value.lower())] = find(keys[0].value.lower())
    people = defaultdict(set)
    for key in parent:
        people[find(key)].add(key)
    return {frozenset(keys) for keys in people.values()}


async def partition(database: Database, wanted: Sequence[Sequence[Given]]) -> set[frozenset[str]]:
    """Return who is who after these captures in this order."""
    await forget_everything(database)
    for n, keys in enumerate(wanted):
        await capture(database, *keys, session_id=f"s{n}")
    people = defaultdict(set)
    for one in await rows(database, lead_values):
        people[one.lead_id].add(one.value.lower())
    return {frozenset(keys) for keys in people.values()}


@many
@given(wanted=captures)
async def test_who_is_who_does_not_depend_on_the_order(local_stack: Stack, wanted: list[list[Given]]) -> None:
    """Fault 47."""
    assert await partition(local_stack.database, wanted) == united(wanted)


@few
@given(wanted=captures)
async def test_who_is_who_does_not_depend_on_the_order_on_mariadb(
    production_stack: Stack, wanted: list[list[Given]]
) -> None:
    """Fault 47."""
    assert await partition(production_stack.database, wanted) == united(wanted)
