"""Messages that come twice, all at once, or ahead of their hints: each is one turn, answered once and in its place."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from celery import Celery
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.broker import publish, publisher_app
from shared.jobs import AnswerTurn
from tests.eventually import eventually
from tests.invariants import check_invariants, observe
from tests.own_loop import run_apart
from tests.processes import Desk, running
from tests.stack import Stack
from tests.stubs.llm import StubLLM
from tests.stubs.llm_shapes import texts_of
from tests.visitor import Posted, Refused, Visitor

WAITING: Final = 3  # what `session_max_waiting_turns` allows unless it is set
CROWD: Final = 50

same_or_not = st.sampled_from(["Hello", "hello", "Hello ", "Grüße 🚲", "Gru\u0308ße 🚲"])
posts_of_a_visitor = st.lists(st.tuples(st.sampled_from("aAb"), same_or_not), max_size=8)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=posts_of_a_visitor)
def test_a_message_posted_again_is_the_same_turn_and_its_id_takes_no_other(
    desk: Desk, posts: list[tuple[str, str]]
) -> None:
    """Fault 25: any sequence of posts under three ids; only the very same message finds its turn again."""
    run_apart(_post_in_turn(desk, posts))


async def test_impatient_visitors_who_send_everything_again_are_answered_once(desk: Desk) -> None:
    """Fault 25: every message is sent up to four times at once; each is one turn, and the model is paid for once."""
    async with _visitors(desk, 6) as visitors:
        names = [[f"{visitor.session_id} says {n}" for n in range(WAITING)] for visitor in visitors]
        luck = random.Random(25)
        for n in range(WAITING):
            posting = [
                visitor.post(its[n], f"message-{n}")
                for visitor, its in zip(visitors, names, strict=True)
                for _ in range(luck.randint(1, 4))
            ]
            luck.shuffle(posting)
            await asyncio.gather(*posting)
        sessions = await asyncio.gather(*(_answered(visitor, WAITING) for visitor in visitors))
    assert sessions == names
    asked = Counter(_asked(desk))
    assert [asked[name] for its in names for name in its] == [1] * 6 * WAITING


async def test_of_fifty_messages_posted_at_once_as_many_as_may_wait_are_taken_in_order(
    stack: Stack, llm: StubLLM
) -> None:
    """Fault 26: two gateways, one session, one turn running. What is taken is dense and answered, the rest is told."""
    async with running(stack, gateways=2, llm=llm) as desk, AsyncExitStack() as opened:
        [visitor] = await opened.enter_async_context(_visitors(desk, 1))
        tabs = [await opened.enter_async_context(visitor.tab(gateway.url)) for gateway in desk.gateways]
        running_turn = await visitor.post("[[stub:stall]]")
        await eventually(lambda: llm.open_responses == 1)
        posting = [tabs[n % 2].post(f"message {n}", f"id-{n}") for n in range(CROWD)]
        replies = await asyncio.gather(*posting, return_exceptions=True)
        taken = {n: reply for n, reply in enumerate(replies) if isinstance(reply, Posted)}
        _check_refusals([reply for reply in replies if not isinstance(reply, Posted)])
        assert sorted(posted.seq for posted in taken.values()) == [2, 3, 4]
        await visitor.cancel(running_turn)
        in_order = [f"message {n}" for n, _ in sorted(taken.items(), key=lambda one: one[1].seq)]
        assert await _answered(visitor, WAITING + 1) == ["[[stub:stall]]", *in_order]
    await check_invariants(stack.database)


async def test_of_fifty_messages_posted_at_once_none_is_lost_when_so_many_may_wait(stack: Stack) -> None:
    """Fault 26: two gateways, one session. All posts want the next place at the same moment, and each gets one."""
    async with (
        running(stack, gateways=2, workers=0, session_max_waiting_turns=CROWD) as desk,
        _visitors(desk, 1) as [visitor],
        visitor.tab(desk.gateways[1].url) as other,
    ):
        posted = await asyncio.gather(*((visitor, other)[n % 2].post(f"message {n}") for n in range(CROWD)))
        turns = (await visitor.session())["turns"]
    assert sorted(one.seq for one in posted) == [turn["seq"] for turn in turns] == [*range(1, CROWD + 1)]
    assert sorted(turn["message"] for turn in turns) == sorted(f"message {n}" for n in range(CROWD))


async def test_a_turn_begins_after_the_one_before_it_whatever_the_hints_say(
    production_stack: Stack, llm: StubLLM
) -> None:
    """Fault 27: three workers, many hints too many and in any order. Order and overlap are checked by the database."""
    await observe(production_stack.database)
    async with running(production_stack, workers=3, llm=llm) as desk, _visitors(desk, 12) as visitors:
        luck = random.Random(27)
        hints = [AnswerTurn(visitor.session_id) for visitor in visitors for _ in range(12)]
        luck.shuffle(hints)
        talking = [asyncio.create_task(_talk(visitor, 6)) for visitor in visitors]
        app = publisher_app(production_stack.settings())
        await asyncio.to_thread(_publish_all, app, hints)
        await asyncio.gather(*talking)
    await check_invariants(production_stack.database)
    for request in llm.requests:
        *before, question = [_said(text) for text in texts_of(request.body, "user")]
        assert before == [f"message {n}" for n in range(int(question.rpartition(" ")[2]))]


def _publish_all(app: Celery, hints: Sequence[AnswerTurn]) -> None:
    for hint in hints:
        publish(app, hint)


@asynccontextmanager
async def _visitors(desk: Desk, how_many: int) -> AsyncIterator[Sequence[Visitor]]:
    async with AsyncExitStack() as opened:
        visitors = [await opened.enter_async_context(desk.visitor()) for _ in range(how_many)]
        await asyncio.gather(*(visitor.open() for visitor in visitors))
        yield visitors


async def _post_in_turn(desk: Desk, posts: list[tuple[str, str]]) -> None:
    known: dict[str, tuple[str, Posted]] = {}
    async with _visitors(desk, 1) as [visitor]:
        for key, message in posts:
            before, first = known.get(key, (message, None))
            posted = await _tried(visitor.post(message, key))
            if isinstance(posted, Refused):
                assert (posted.status, posted.code) == (409, "idempotency_conflict")
                assert message != before
                continue
            assert message == before
            assert posted.created == (first is None)
            assert first is None or (posted.turn_id, posted.seq) == (first.turn_id, first.seq)
            known.setdefault(key, (message, posted))
        turns = (await visitor.session())["turns"]
    assert [turn["message"] for turn in turns] == [message for message, _ in known.values()]


async def _answered(visitor: Visitor, how_many: int) -> list[str]:
    """Return a session's messages once so many are answered."""

    async def all_of_them() -> list[str]:
        turns = (await visitor.session())["turns"]
        answered = [turn["message"] for turn in turns if turn["answer"] is not None]
        return answered if len(answered) == how_many else []

    return await eventually(all_of_them)


async def _talk(visitor: Visitor, messages: int) -> None:
    """Post some messages, as fast as they are taken."""
    for n in range(messages):
        await eventually(lambda n=n: _taken(visitor, f"message {n}"), within=20)  # type: ignore[misc]
    await _answered(visitor, messages)


async def _taken(visitor: Visitor, message: str) -> bool:
    posted = await _tried(visitor.post(message, message.replace(" ", "-")))
    assert isinstance(posted, Posted) or posted.code == "too_many_open_turns"
    return isinstance(posted, Posted)


async def _tried(posting: Awaitable[Posted]) -> Posted | Refused:
    try:
        return await posting
    except Refused as refused:
        return refused


def _check_refusals(refusals: Sequence[object]) -> None:
    assert len(refusals) == CROWD - WAITING
    for refused in refusals:
        assert isinstance(refused, Refused), refused
        assert (refused.status, refused.code) == (429, "too_many_open_turns")
        assert int(refused.headers["Retry-After"]) >= 1


def _asked(desk: Desk) -> list[str]:
    """Return the last question of every request to the model."""
    assert desk.llm
    return [_said(texts_of(request.body, "user")[-1]) for request in desk.llm.requests]


def _said(text: str) -> str:
    """Return the visitor's words, without the passages before them."""
    return text.rpartition("\n")[2]
