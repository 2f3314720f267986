"""Five hundred made-up visitors talk to a desk: no lead is lost, none is invented, and capture keeps its own rules."""

from typing import Final

import pytest

from tests.invariants import check_invariants
from tests.processes import running
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.talking.crowd import converse, expected_leads, stored_leads
from tests.talking.people import person

SEED: Final = 20261126
PEOPLE: Final = 500
AT_ONCE: Final = 24


@pytest.mark.timeout(300)
async def test_five_hundred_conversations_lose_no_lead_and_invent_none(production_stack: Stack, llm: StubLLM) -> None:
    llm.behaviour.first_token_seconds, llm.behaviour.tokens, llm.behaviour.tokens_per_second = 0, 5, 1000
    people = [person(number, SEED) for number in range(PEOPLE)]
    async with running(production_stack, llm=llm, lead_capture=True, worker_slots=64) as desk:
        await converse(people, desk, AT_ONCE)
    expected = expected_leads(people)
    assert await stored_leads(production_stack) == expected
    assert len(expected) > PEOPLE / 2
    await check_invariants(production_stack.database)
