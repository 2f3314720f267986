"""Captures many leads at once, also as a process of its own, which says when: DATABASE_URL SEED HOW_MANY."""

import asyncio
import random
import sys
from collections.abc import Sequence

from shared.db.leads import Capture, Given
from shared.db.unit_of_work import Database
from shared.vocabulary import LeadStatus
from tests.integration.lead_store import email, name, phone, row

PEOPLE = 15
AT_ONCE = 20


def captures(seed: int, how_many: int) -> list[Capture]:
    """Return so many captures of a few people, each by a session of its own."""
    luck = random.Random(seed)
    people = [luck.randrange(PEOPLE) for _ in range(how_many)]
    return [
        Capture(f"{seed}-{n}", _given(person, luck), LeadStatus.CAPTURED, consent_text="May we?")
        for n, person in enumerate(people)
    ]


async def capture_all(database: Database, wanted: Sequence[Capture]) -> list[int]:
    """Store them in their order, many at a time, and return the lead of each."""
    waiting = iter(enumerate(wanted))
    found: dict[int, int] = {}

    async def work() -> None:
        for n, capture in waiting:
            found[n] = await database.write(lambda uow, capture=capture: uow.leads.capture(capture))  # type: ignore[misc]

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return [found[n] for n in sorted(found)]


def _given(person: int, luck: random.Random) -> list[Given]:
    spelled = luck.choice([f"p{person}@example.com", f"P{person}@Example.com"])
    ways = ([email(spelled)], [phone(f"+4930{person:06}")], [email(spelled), phone(f"+4930{person:06}")])
    return [name(f"Person {person}"), *luck.choices(ways, (1, 1, 3))[0]]


async def _main(url: str, seed: str, how_many: str) -> None:
    database = Database.at(url, pool_size=AT_ONCE)
    leads = await capture_all(database, captures(int(seed), int(how_many)))
    last = await row(database, leads[-1])
    print(last.created_at.isoformat(), last.updated_at.isoformat(), last.consent_at.isoformat())  # noqa: T201
    await database.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
