"""What answers cost is counted once, whatever happens, and nobody spends much more than was allowed."""

import asyncio
from functools import partial
from typing import Any

import pytest

from shared.db.claims import Finished, Outcome
from shared.db.unit_of_work import Database
from shared.vocabulary import Provider, SpendingScope, TurnStatus
from tests.eventually import eventually
from tests.factories import claimed, open_session, post
from tests.processes import Desk, running
from tests.stack import BRISK, Stack
from tests.stubs.llm import StubLLM
from tests.stubs.proxy import Proxy
from tests.visitor import Visitor
from workers.adapters.purse import Purse
from workers.domain.budget import Limit, Spent
from workers.handlers.composing import Composed
from workers.handlers.ending import end_turn

QUESTION = "How do refunds work?"
QUOTED = "Send goods back within 30 days"
PROMPT_TOKENS, ANSWER_TOKENS = 90, 10
A_TURN = PROMPT_TOKENS + ANSWER_TOKENS
SESSIONS, CAP = 200, 50 * A_TURN
SLOTS = 8


@pytest.fixture
def llm() -> Any:
    with StubLLM() as stub:
        stub.behaviour.tokens = ANSWER_TOKENS
        stub.behaviour.usage = (PROMPT_TOKENS, ANSWER_TOKENS)
        yield stub


async def spent_today(desk: Desk) -> int:
    async with desk.operator() as operator:
        status = (await operator.call("GET", "/v1/admin/model")).json
    return int(status["spent"][SpendingScope.DAY]["tokens"])


async def test_a_crowd_spends_its_budget_and_what_is_under_way_and_is_answered_all_the_same(
    stack: Stack, llm: StubLLM
) -> None:
    """Fault 68: two hundred sessions, money for fifty turns. What was counted is what the model reported."""
    async with running(stack, llm=llm, worker_slots=SLOTS, budget_day_tokens=CAP) as desk:
        answers = await asyncio.gather(*(_asked(desk) for _ in range(SESSIONS)))
        assert await spent_today(desk) == len(llm.requests) * A_TURN
    assert CAP <= len(llm.requests) * A_TURN <= CAP + SLOTS * A_TURN
    assert sum(QUOTED in answer for answer in answers) == SESSIONS - len(llm.requests)


async def test_a_worker_that_dies_in_mid_answer_is_not_free(production_stack: Stack, llm: StubLLM) -> None:
    """Fault 68: nobody knows what the answer that died has cost; it counts as if it had been said to its end."""
    limits = {"budget_day_tokens": 10 * CAP, "chat_max_output_tokens": 500}
    async with running(production_stack, llm=llm, **BRISK, **limits) as desk, desk.visitor() as visitor:
        llm.mode = "stall_mid"
        await visitor.open()
        posted = await visitor.post(QUESTION)
        await eventually(lambda: llm.open_responses == 1)
        llm.mode = "ok"
        await desk.worker.restart()
        assert (await visitor.answer_of(posted))["status"] == TurnStatus.DONE
        assert await spent_today(desk) > A_TURN + 500


async def test_answers_that_nobody_waits_for_are_counted(production_stack: Stack, llm: StubLLM) -> None:
    """Fault 68: asking and cancelling, again and again, is not a way around the budget."""
    llm.behaviour.tokens, llm.behaviour.tokens_per_second = 1000, 20
    async with running(production_stack, llm=llm, budget_session_tokens=CAP) as desk, desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(QUESTION)
        async for event in visitor.events(posted):
            if event.event == "delta":
                break
        await visitor.cancel(posted)
        await eventually(lambda: spent_today(desk))


@pytest.mark.parametrize("arrives", [True, False], ids=["the commit arrives", "the commit is lost"])
async def test_a_turn_whose_last_commit_is_cut_off_is_counted_once(production_stack: Stack, arrives: bool) -> None:
    """Fault 21: what confirms the count is lost, so it is tried again. It went with the turn's end, or did not."""
    database = production_stack.database
    session = await open_session(database)
    await post(database, session)
    claim = await claimed(database, session.id)
    with Proxy(production_stack.database_url) as proxy:
        through = Database.at(proxy.url)
        purse = Purse(through, (Limit(SpendingScope.DAY, tokens=CAP),))
        composed = Composed(Outcome(TurnStatus.DONE, "Hi"))
        assert await through.write(lambda uow: uow.spending.model_is_on())  # a connection that has committed before
        (proxy.drop_reply if arrives else proxy.drop_request)(b"COMMIT")
        finished = await end_turn(claim, composed, Spent(A_TURN, 1), through, purse)
        assert finished is (Finished.BEFORE if arrives else Finished.NOW)
        assert proxy.fired == 1
        await through.close()
    spent = await database.read(lambda uow: uow.spending.of([(SpendingScope.SESSION, session.id)]))
    assert spent == {(SpendingScope.SESSION, session.id): (A_TURN, 1)}


async def test_an_answer_that_ends_while_redis_is_away_is_counted_once(production_stack: Stack, llm: StubLLM) -> None:
    """Fault 68: heartbeats come while its worker waits to write the end of what is stored already, and take nothing."""
    async with (
        running(production_stack, llm=llm, budget_day_tokens=CAP, **BRISK) as desk,
        desk.visitor() as visitor,
    ):
        await visitor.open()
        production_stack.redis.stop()
        posted = await visitor.post(QUESTION)
        assert (await visitor.answer_of(posted))["status"] == TurnStatus.DONE
        await eventually(lambda: "turn_ended" in desk.worker.news)
        assert "turn_superseded" not in desk.worker.news
        assert await spent_today(desk) == A_TURN


async def test_one_session_can_not_spend_what_is_everybodys(stack: Stack, llm: StubLLM) -> None:
    async with (
        running(stack, llm=llm, budget_session_tokens=2 * A_TURN) as desk,
        desk.visitor() as greedy,
        desk.visitor() as other,
    ):
        providers = [await _provider(greedy, desk) for _ in range(4)]
        assert providers == [Provider.PRIMARY] * 2 + [Provider.QUOTING] * 2
        assert await _provider(other, desk) == Provider.PRIMARY


async def test_money_is_counted_in_the_prices_that_are_set(stack: Stack, llm: StubLLM) -> None:
    prices = {"chat_price_in": 2.0, "chat_price_out": 8.0}
    a_turn = (PROMPT_TOKENS * 2 + ANSWER_TOKENS * 8) / 1_000_000
    async with running(stack, llm=llm, budget_day_money=1.5 * a_turn, **prices) as desk, desk.visitor() as visitor:
        assert [await _provider(visitor, desk) for _ in range(3)] == [*[Provider.PRIMARY] * 2, Provider.QUOTING]
        async with desk.operator() as operator:
            status = (await operator.call("GET", "/v1/admin/model")).json
    assert status["spent"][SpendingScope.MONTH]["money"] == pytest.approx(2 * a_turn)


async def test_an_operator_switches_the_model_off_and_on(stack: Stack, llm: StubLLM) -> None:
    """The kill switch of fault 68: within seconds no worker asks any more, and visitors are answered by quoting."""
    async with running(stack, llm=llm) as desk, desk.visitor() as visitor, desk.operator() as operator:
        assert await _provider(visitor, desk) == Provider.PRIMARY
        for is_on, provider in ((False, Provider.QUOTING), (True, Provider.PRIMARY)):
            assert (await operator.call("PUT", "/v1/admin/model", json={"is_on": is_on})).status == 200
            await eventually(partial(_is_by, provider, visitor, desk), within=20)


async def _asked(desk: Desk) -> str:
    async with desk.visitor() as visitor:
        turn = await visitor.ask(QUESTION, within=90)
        assert turn["status"] == TurnStatus.DONE
        return str(turn["answer"])


async def _provider(visitor: Visitor, desk: Desk) -> str:
    await visitor.ask(QUESTION)
    async with desk.operator() as operator:
        transcript = (await operator.call("GET", f"/v1/admin/sessions/{visitor.session_id}")).json
    return str(transcript["turns"][-1]["provider"])


async def _is_by(provider: Provider, visitor: Visitor, desk: Desk) -> bool:
    return await _provider(visitor, desk) == provider
