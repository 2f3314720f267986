"""The chat model behind an OpenAI-compatible server, against a stub that answers and fails as real ones do."""

import asyncio
import resource
import time
import traceback
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from shared.settings import load_settings
from shared.vocabulary import FinishReason
from tests.eventually import eventually
from tests.integration.listening import HASTY, SECRET, Heard, asking, chat_with, connections_to, listen
from tests.stubs.llm import Behaviour, StubLLM
from workers.adapters.deadline import Patience
from workers.adapters.openai_chat import OpenAIChat, openai_chat, patience
from workers.ports import Finish, ModelMisconfigured, ModelTimeout, ModelUnavailable

LATE = 2.0  # seconds that a deadline may be missed by on a busy computer


@pytest.fixture(scope="module")
def running_stub() -> Iterator[StubLLM]:
    with StubLLM(Behaviour(tokens=12)) as stub:
        yield stub


@pytest.fixture
def stub(running_stub: StubLLM) -> StubLLM:
    running_stub.mode = "ok"
    running_stub.requests.clear()
    running_stub.behaviour.text, running_stub.behaviour.usage = None, None
    running_stub.behaviour.tokens, running_stub.behaviour.tokens_per_second = 12, 500.0
    return running_stub


@pytest_asyncio.fixture
async def chat(stub: StubLLM) -> AsyncIterator[OpenAIChat]:
    async with chat_with(stub.base_url) as chat:
        yield chat


@pytest_asyncio.fixture
async def hasty(stub: StubLLM) -> AsyncIterator[OpenAIChat]:
    async with chat_with(stub.base_url, HASTY) as chat:
        yield chat


# ------------------------------------------------------------------ answers


async def test_an_answer_comes_as_text_and_ends_with_a_finish(stub: StubLLM, chat: OpenAIChat) -> None:
    stub.behaviour.usage, stub.behaviour.tokens_per_second = (321, 45), 30.0
    heard = await listen(chat, asking())
    assert len(heard.texts) > 1
    assert len(heard.answer.split()) == 12
    usage = {"prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366}
    assert heard.finish == Finish(FinishReason.STOP, "stub", usage)


async def test_the_request_asks_for_a_stream_with_usage_and_carries_the_key(stub: StubLLM) -> None:
    async with chat_with(stub.base_url, api_key="sk-test") as chat:
        await listen(chat, asking())
    request = stub.requests[-1]
    assert request.headers["authorization"] == "Bearer sk-test"
    assert request.body["model"] == "stub"
    assert request.body["stream"] is True
    assert request.body["stream_options"] == {"include_usage": True}
    assert request.body["max_tokens"] == 800
    assert [message["role"] for message in request.body["messages"]] == ["system", "user"]


async def test_a_server_without_a_key_is_given_a_placeholder(stub: StubLLM, chat: OpenAIChat) -> None:
    await listen(chat, asking())
    assert stub.requests[-1].headers["authorization"] == "Bearer none"


async def test_the_settings_make_a_chat_model(stub: StubLLM) -> None:
    settings = load_settings(openai_base_url=stub.base_url, chat_model="mistral-small", model_total_seconds=7)
    chat = openai_chat(settings)
    try:
        assert (await listen(chat, asking())).finish is not None
    finally:
        await chat.aclose()
    assert stub.requests[-1].body["model"] == "mistral-small"
    assert patience(settings).total == 7


async def test_text_in_many_scripts_arrives_whole(stub: StubLLM, chat: OpenAIChat) -> None:
    stub.behaviour.text = 'Grüße 退款 🚲👩‍🔧 "quoted" \\ \n новости'
    assert (await listen(chat, asking())).answer == stub.behaviour.text


async def test_an_answer_that_is_too_long_says_so(chat: OpenAIChat) -> None:
    heard = await listen(chat, asking("length"))
    assert heard.finish is not None
    assert heard.finish.reason is FinishReason.LENGTH
    assert heard.answer


async def test_a_filtered_answer_says_so(chat: OpenAIChat) -> None:
    heard = await listen(chat, asking("content_filter"))
    assert heard.finish is not None
    assert heard.finish.reason is FinishReason.CONTENT_FILTER


async def read_slowly(chat: OpenAIChat, busy_seconds: float) -> list[str | Finish]:
    """Read an answer, and be busy with its first piece for a while."""
    pieces = []
    async for piece in chat.stream(asking()):
        pieces.append(piece)
        await asyncio.sleep(busy_seconds if len(pieces) == 1 else 0)
    return pieces


async def test_a_slow_reader_is_not_the_models_fault(stub: StubLLM, hasty: OpenAIChat) -> None:
    stub.behaviour.tokens = 3
    assert isinstance((await read_slowly(hasty, 1.5 * HASTY.next_token))[-1], Finish)


async def test_connections_are_used_again(stub: StubLLM, chat: OpenAIChat) -> None:
    for _ in range(5):
        await listen(chat, asking())
    assert connections_to(stub.port) == 1


# ------------------------------------------------------------------ failures


@pytest.mark.parametrize(
    "mode",
    [
        "cut_clean",
        "cut_hard",
        "junk_json",
        "no_finish",
        "error_in_stream",
        "refuse",
        "status_429",
        "status_429_bare",
        "status_500",
        "status_503",
        "html_502",
    ],
)
async def test_a_model_that_fails_is_unavailable(chat: OpenAIChat, mode: str) -> None:
    start = time.monotonic()
    with pytest.raises(ModelUnavailable) as caught:
        await listen(chat, asking(mode))
    assert not isinstance(caught.value, ModelTimeout)
    assert caught.value.retry_after == (1.0 if mode == "status_429" else None)
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("mode", ["cut_clean", "cut_hard", "junk_json", "error_in_stream"])
async def test_what_was_said_before_a_failure_arrived_but_no_finish(chat: OpenAIChat, mode: str) -> None:
    heard = Heard()
    with pytest.raises(ModelUnavailable):
        await listen(chat, asking(mode), heard)
    assert heard.texts
    assert heard.finish is None


async def test_a_wrong_key_is_a_misconfiguration(chat: OpenAIChat) -> None:
    with pytest.raises(ModelMisconfigured, match="401 invalid_api_key"):
        await listen(chat, asking("status_401"))


async def test_a_wrong_base_url_is_a_misconfiguration(stub: StubLLM) -> None:
    async with chat_with(f"http://127.0.0.1:{stub.port}/wrong") as chat:
        with pytest.raises(ModelMisconfigured, match="404"):
            await listen(chat, asking())


async def test_a_server_that_is_not_there_is_unavailable(unused_tcp_port: int) -> None:
    async with chat_with(f"http://127.0.0.1:{unused_tcp_port}/v1") as chat:
        with pytest.raises(ModelUnavailable):
            await listen(chat, asking())


async def test_a_server_whose_name_does_not_exist_is_unavailable() -> None:
    async with chat_with("http://model.invalid/v1") as chat:
        with pytest.raises(ModelUnavailable):
            await listen(chat, asking())


@pytest.mark.parametrize(
    ("mode", "seconds"),
    [
        ("stall", HASTY.first_token),
        ("slow:3", HASTY.first_token),
        ("stall_mid", HASTY.next_token),
    ],
)
async def test_a_model_that_keeps_us_waiting_times_out(hasty: OpenAIChat, mode: str, seconds: float) -> None:
    start = time.monotonic()
    with pytest.raises(ModelTimeout):
        await listen(hasty, asking(mode))
    assert seconds * 0.9 < time.monotonic() - start < seconds + LATE


async def test_a_drip_that_never_ends_is_cut_at_the_total(stub: StubLLM) -> None:
    heard = Heard()
    async with chat_with(stub.base_url, Patience(connect=5, first_token=5, next_token=5, total=1.2)) as chat:
        start = time.monotonic()
        with pytest.raises(ModelTimeout):
            await listen(chat, asking("drip"), heard)
        assert 1.1 < time.monotonic() - start < 1.2 + LATE
    assert len(heard.texts) >= 2


async def test_a_server_that_accepts_no_connection_times_out() -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with chat_with(f"https://127.0.0.1:{port}/v1", HASTY) as chat:  # it never shakes hands
            start = time.monotonic()
            with pytest.raises(ModelTimeout):
                await listen(chat, asking())
            assert time.monotonic() - start < HASTY.connect + LATE


MODES = ("status_429", "status_401", "junk_json", "error_in_stream", "cut_hard")


@pytest.mark.parametrize("mode", MODES)
async def test_no_error_repeats_the_visitors_words(
    chat: OpenAIChat, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with pytest.raises((ModelUnavailable, ModelMisconfigured)) as caught:
        await listen(chat, asking(mode))
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in caplog.text


# ------------------------------------------------------------------ leaks and load


@pytest.mark.parametrize(
    ("mode", "moment"),
    [("stall", "asking"), ("drip", "reading"), ("stall_mid", "reading"), ("ok", "asking")],
)
async def test_fifty_cancelled_answers_leave_no_connection(stub: StubLLM, mode: str, moment: str) -> None:
    async with chat_with(stub.base_url) as chat:
        heard = [Heard() for _ in range(50)]
        tasks = [asyncio.create_task(listen(chat, asking(mode), one)) for one in heard]
        await eventually(
            lambda: stub.open_responses == 50 if moment == "asking" and mode == "stall" else bool(stub.requests)
        )
        if moment == "reading":
            await eventually(lambda: all(one.texts for one in heard))
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(isinstance(end, asyncio.CancelledError) for end in ended) > (0 if mode == "ok" else 49)
        await eventually(lambda: stub.open_responses == 0)
        if mode != "ok":
            await eventually(lambda: connections_to(stub.port) == 0)
    await eventually(lambda: connections_to(stub.port) == 0)


async def test_a_reader_that_walks_away_leaves_no_connection(stub: StubLLM, chat: OpenAIChat) -> None:
    async def read_one_piece() -> None:
        async for _ in chat.stream(asking("drip")):
            break

    await asyncio.gather(*[read_one_piece() for _ in range(20)])
    await eventually(lambda: stub.open_responses == 0)
    await eventually(lambda: connections_to(stub.port) == 0)


@pytest.mark.parametrize("mode", ["stall", "stall_mid", "status_500", "junk_json", "cut_hard"])
async def test_failed_answers_leave_no_connection(stub: StubLLM, hasty: OpenAIChat, mode: str) -> None:
    stub.behaviour.tokens_per_second = 40.0  # what has arrived whole when it fails keeps its connection
    ended = await asyncio.gather(*[listen(hasty, asking(mode)) for _ in range(20)], return_exceptions=True)
    assert all(isinstance(end, ModelUnavailable) for end in ended)
    await eventually(lambda: stub.open_responses == 0)
    if mode != "status_500":  # that one is a whole response, and its connection is fine
        await eventually(lambda: connections_to(stub.port) == 0)


async def test_six_hundred_answers_stream_at_once(stub: StubLLM) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, most), most))  # both ends are in this process
    slow = Patience(connect=20, first_token=20, next_token=20, total=40)
    async with chat_with(stub.base_url, slow) as chat:
        tasks = [asyncio.create_task(listen(chat, asking("slow:3"))) for _ in range(600)]
        await eventually(lambda: stub.open_responses == 600, within=20)
        heard = await asyncio.gather(*tasks)
    assert all(one.finish and len(one.answer.split()) == 12 for one in heard)
