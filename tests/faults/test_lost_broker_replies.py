"""Redis did what it was told and its reply was lost: whatever is sent a second time changes nothing."""

import asyncio
from typing import Final

from shared.broker import publish, publisher_app
from shared.event_log import stream_key
from shared.jobs import AnswerTurn
from shared.vocabulary import TurnStatus
from tests.eventually import eventually
from tests.faults.proxied_desks import proxied
from tests.faults.wire import is_from_the_log
from tests.processes import Gateway, Worker
from tests.sse import check_told, said
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.stubs.llm_shapes import lorem

QUESTION: Final = "How do refunds work?"
WORDS: Final = 60
LOST: Final = 3


async def test_a_hint_that_was_sent_again_is_one_call_of_the_model(production_stack: Stack, llm: StubLLM) -> None:
    """Fault 20: the reply to LPUSH is lost, and the same hint comes once more while and after the turn is answered."""
    llm.behaviour.tokens_per_second = 40
    app = publisher_app(production_stack.settings())
    async with proxied(production_stack, llm, Gateway) as it, it.desk.visitor() as visitor:
        await visitor.open()
        it.proxy.drop_reply(b"LPUSH")
        posted = await visitor.post(QUESTION)
        await eventually(lambda: it.proxy.fired and llm.open_responses)
        await asyncio.to_thread(publish, app, AnswerTurn(visitor.session_id), AnswerTurn(visitor.session_id))
        told = await visitor.follow(posted)
        await asyncio.to_thread(publish, app, AnswerTurn(visitor.session_id))
        await visitor.ask(QUESTION)  # by then whatever came twice has been looked at
        [row] = await it.record.turns([posted])
    assert "hints_lost" in it.desk.gateway.news
    assert (row.status, row.attempt) == (TurnStatus.DONE, 1)
    assert len(llm.requests) == 2
    assert check_told(told) == {posted.seq: row.answer}


async def test_words_that_were_written_and_not_confirmed_are_not_said_twice(
    production_stack: Stack, llm: StubLLM
) -> None:
    """Fault 21: replies to XADD are lost in the middle of an answer."""
    llm.behaviour.tokens, llm.behaviour.tokens_per_second = WORDS, 20
    async with proxied(production_stack, llm, Worker) as it, it.desk.visitor() as visitor:
        await visitor.open()
        posted = await visitor.post(QUESTION)
        key = stream_key(visitor.session_id)
        await eventually(lambda: production_stack.redis.call("XLEN", key) >= 2)
        it.proxy.drop_reply(b"XADD", times=LOST)
        told = await visitor.follow(posted)
        fired = it.proxy.fired
        [row] = await it.record.turns([posted])
    assert fired == LOST
    assert (row.status, row.attempt, row.answer) == (TurnStatus.DONE, 1, lorem(WORDS))
    assert check_told(told) == {posted.seq: row.answer}
    assert said(told) == row.answer
    assert all(map(is_from_the_log, told))
