"""Answers are read in a rhythm: what it must never delay, and what it must leave as it was."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import cast

import aiohttp
import pytest
import pytest_asyncio

from tests.eventually import eventually
from tests.integration.listening import asking, chat_with, listen
from tests.stubs.llm import Behaviour, StubLLM
from workers.adapters.openai_chat import OpenAIChat
from workers.adapters.rhythm import BEAT_SECONDS, Rhythm
from workers.domain.pace import SHORTEST_SECONDS
from workers.ports import Finish

LATE = 0.15  # seconds that a busy computer may add
TOKENS, TOKENS_PER_SECOND = 100, 200.0


@pytest.fixture
def stub() -> Iterator[StubLLM]:
    with StubLLM(Behaviour(tokens=TOKENS, tokens_per_second=TOKENS_PER_SECOND)) as stub:
        yield stub


@pytest_asyncio.fixture
async def chat(stub: StubLLM) -> AsyncIterator[OpenAIChat]:
    async with chat_with(stub.base_url) as chat:
        yield chat


async def timed(chat: OpenAIChat) -> list[float]:
    """Return when each piece of an answer came, in seconds from asking; the last is the Finish's."""
    start = time.monotonic()
    times, words = list[float](), 0
    async for piece in chat.stream(asking()):
        times.append(time.monotonic() - start)
        words += 0 if isinstance(piece, Finish) else len(piece.split())
    assert words == TOKENS
    return times


async def test_many_tokens_come_in_few_pieces(chat: OpenAIChat) -> None:
    beats = TOKENS / TOKENS_PER_SECOND / SHORTEST_SECONDS
    assert len(await timed(chat)) < 2 * beats


async def test_the_first_words_wait_for_no_beat_of_others(stub: StubLLM, chat: OpenAIChat) -> None:
    others = [asyncio.create_task(timed(chat)) for _ in range(20)]
    await eventually(lambda: stub.open_responses == 20)
    stub.behaviour.tokens_per_second = 1.0  # nothing follows the first word that could bring it along
    firsts = []
    for _ in range(5):
        start = time.monotonic()
        stream = chat.stream(asking())
        await anext(stream)
        firsts.append(time.monotonic() - start)
        await stream.aclose()
    assert min(firsts) < stub.behaviour.first_token_seconds + SHORTEST_SECONDS / 2
    await asyncio.gather(*others)


async def test_the_end_comes_at_the_next_beat(chat: OpenAIChat) -> None:
    times = await timed(chat)
    whole = Behaviour.first_token_seconds + TOKENS / TOKENS_PER_SECOND
    assert times[-1] < whole + SHORTEST_SECONDS + LATE
    assert all(after - before < SHORTEST_SECONDS + LATE for before, after in pairwise(times))


async def test_a_connection_that_rested_is_used_again_at_once(stub: StubLLM, chat: OpenAIChat) -> None:
    await timed(chat)
    stub.behaviour.tokens = 1
    for _ in range(10):
        start = time.monotonic()
        await listen(chat, asking())
        if time.monotonic() - start < SHORTEST_SECONDS:
            return
    pytest.fail("every answer waited for a beat")


async def test_answers_cancelled_while_they_rest_disturb_no_other(stub: StubLLM, chat: OpenAIChat) -> None:
    whole = asyncio.create_task(timed(chat))
    for _ in range(20):
        stream = chat.stream(asking())
        await anext(stream)
        await stream.aclose()
    await whole
    await eventually(lambda: stub.open_responses == 0)


async def read_slowly(chat: OpenAIChat) -> str:
    """Return an answer, whose first pieces keep its reader busy for longer than a beat."""
    pieces = []
    async for piece in chat.stream(asking()):
        pieces.append("" if isinstance(piece, Finish) else piece)
        await asyncio.sleep(1.5 * SHORTEST_SECONDS if len(pieces) < 5 else 0)
    return "".join(pieces)


async def test_a_reader_who_is_slower_than_the_model_misses_nothing(stub: StubLLM, chat: OpenAIChat) -> None:
    stub.behaviour.text = "word " * 20_000  # more than is kept for one who does not read
    stub.behaviour.tokens_per_second = 1e9
    assert await read_slowly(chat) == stub.behaviour.text


class Connection:
    """What a rhythm needs to know of a response: a connection that is read or not."""

    def __init__(self) -> None:
        self.connection = self
        self.transport = self
        self.read_again_at: float | None = None

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None:
        self.read_again_at = None

    def resume_reading(self) -> None:
        self.read_again_at = asyncio.get_running_loop().time()


async def test_answers_that_were_read_at_once_part() -> None:
    rhythm, connections = Rhythm(), [Connection() for _ in range(300)]
    for connection in connections:
        rhythm.rest(cast("aiohttp.ClientResponse", connection))
    await eventually(lambda: all(connection.read_again_at for connection in connections))
    last = [connection.read_again_at or 0.0 for connection in connections[-50:]]  # all of which rest for 250 ms or so
    assert max(last) - min(last) > BEAT_SECONDS


async def test_what_comes_meanwhile_waits_for_a_few_answers_and_not_for_all() -> None:
    """A loop that was kept busy finds many rests at their end, and still takes what came before it reads them all."""
    rhythm, connections = Rhythm(), [Connection() for _ in range(100)]
    for connection in connections:
        rhythm.rest(cast("aiohttp.ClientResponse", connection))
    busy_until = time.monotonic() + 0.2
    while time.monotonic() < busy_until:
        pass
    woken = [0]
    while woken[-1] < len(connections):
        await asyncio.sleep(0)  # one pass of the loop
        woken.append(sum(connection.read_again_at is not None for connection in connections))
    assert max(after - before for before, after in pairwise(woken)) <= 3
