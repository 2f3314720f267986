"""Two models and the documents: whoever is there answers, and nobody waits long for who is not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.vocabulary import Provider, TurnStatus
from tests.eventually import eventually
from tests.processes import Desk, running
from tests.stack import Stack
from tests.stubs.llm import Behaviour, StubLLM
from tests.stubs.llm_shapes import lorem
from tests.visitor import Visitor

QUESTION = "How do refunds work?"
QUOTED = "Send goods back within 30 days"
FALLBACKS_WORDS = "The other model says so."
REST_SECONDS = 2.0
PATIENCE: dict[str, Any] = {
    "model_first_token_seconds": 1,
    "model_total_seconds": 4,
    "model_rest_seconds": REST_SECONDS,
}


class Chain:
    """A desk with two models, and what its operator sees of a session."""

    def __init__(self, desk: Desk, primary: StubLLM, fallback: StubLLM) -> None:
        self.desk, self.primary, self.fallback = desk, primary, fallback

    async def ask(self, visitor: Visitor) -> tuple[str, str, str | None]:
        """Return the answer to a question, who gave it, and why it was not the first."""
        turn = await visitor.ask(QUESTION)
        assert turn["status"] == TurnStatus.DONE
        async with self.desk.operator() as operator:
            transcript = (await operator.call("GET", f"/v1/admin/sessions/{visitor.session_id}")).json
        last = transcript["turns"][-1]
        return turn["answer"], last["provider"], last["degraded"]


@pytest.fixture
async def chain(stack: Stack) -> AsyncIterator[Chain]:
    """Give a desk of two workers with a model and another one."""
    with StubLLM() as primary, StubLLM(Behaviour(text=FALLBACKS_WORDS)) as fallback:
        primary.behaviour.tokens = 5
        other = {"fallback_base_url": fallback.base_url, "fallback_model": "other"}
        async with running(stack, workers=2, llm=primary, **PATIENCE, **other) as desk:
            yield Chain(desk, primary, fallback)


@pytest.mark.parametrize("mode", ["status_500", "refuse", "stall", "cut_clean", "status_401"])
async def test_the_other_model_answers_when_the_first_does_not(chain: Chain, mode: str) -> None:
    """Fault 64: however the first one fails, and nothing that it said is left."""
    async with chain.desk.visitor() as visitor:
        assert await chain.ask(visitor) == (lorem(5), Provider.PRIMARY, None)
        chain.primary.mode = mode
        answer, provider, degraded = await chain.ask(visitor)
    assert (answer, provider) == (FALLBACKS_WORDS, Provider.FALLBACK)
    assert degraded in {"model_unavailable", "model_timeout", "model_misconfigured"}


async def test_with_both_away_the_documents_answer(chain: Chain) -> None:
    """Fault 64: every turn ends with words and sources."""
    chain.primary.mode = chain.fallback.mode = "status_500"
    async with chain.desk.visitor() as visitor:
        answer, provider, degraded = await chain.ask(visitor)
    assert QUOTED in answer
    assert (provider, degraded) == (Provider.QUOTING, "model_unavailable")


async def test_a_model_that_keeps_failing_is_let_alone_by_all_workers_and_taken_back(chain: Chain) -> None:
    """Fault 64: after a few failures it is asked no more, which other workers hear of; it is tried again later."""
    chain.primary.mode = "status_500"
    async with chain.desk.visitor() as visitor:
        await eventually(lambda: _rests(chain, visitor), within=20)
        await eventually(lambda: chain.desk.stack.redis.call("PTTL", "breaker:primary") > 0)
        chain.primary.mode = "ok"
        await eventually(lambda: _is_back(chain, visitor), within=30)


async def test_a_model_that_fails_elsewhere_is_not_even_tried_here(chain: Chain) -> None:
    """Fault 64: what one worker has found out, the others need not."""
    chain.desk.stack.redis.call("SET", "breaker:primary", "open", "PX", 60_000)
    async with chain.desk.visitor() as visitor:
        await eventually(lambda: _rests_for_all(chain, visitor), within=40)
    assert chain.desk.stack.redis.call("PTTL", "breaker:primary") > 0


async def test_a_model_that_refuses_what_somebody_wrote_goes_on_answering_others(chain: Chain) -> None:
    """Fault 64: nobody can have the model let alone by what they write."""
    chain.primary.mode = "status_400"
    async with chain.desk.visitor() as visitor:
        for _ in range(6):
            assert (await chain.ask(visitor))[1:] == (Provider.FALLBACK, "prompt_refused")
        chain.primary.mode = "ok"
        assert await chain.ask(visitor) == (lorem(5), Provider.PRIMARY, None)


async def _rests(chain: Chain, visitor: Visitor) -> bool:
    asked = len(chain.primary.requests)
    _, provider, degraded = await chain.ask(visitor)
    rests = degraded == "model_resting"
    assert provider == (Provider.PRIMARY if degraded is None else Provider.FALLBACK)
    assert rests == (len(chain.primary.requests) == asked)
    return rests


async def _rests_for_all(chain: Chain, visitor: Visitor) -> bool:
    """Tell whether no worker asks it; each takes turns by chance, but hardly for six in a row."""
    return all([await _rests(chain, visitor) for _ in range(6)])


async def _is_back(chain: Chain, visitor: Visitor) -> bool:
    return (await chain.ask(visitor))[1] == Provider.PRIMARY
