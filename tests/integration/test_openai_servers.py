"""The chat model behind servers that have ways of their own, or are no model at all."""

import asyncio
import traceback
from contextlib import suppress
from itertools import pairwise
from typing import Self

import openai
import pytest

from shared.vocabulary import FinishReason
from tests.integration.listening import HASTY, SECRET, asking, chat_with, listen
from tests.stubs.llm import StubLLM
from workers.adapters.model_connection import ModelConnection
from workers.ports import Finish, ModelTimeout, ModelUnavailable, PromptRefused


def head(status: str, content_type: str = "text/event-stream", extra: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\nconnection: close\r\n{extra}\r\n".encode()


def chunk(text: str, finish: str = "null") -> bytes:
    return b'data: {"choices":[{"delta":{"content":"%b"},"finish_reason":%b}]}\n\n' % (text.encode(), finish.encode())


STOP = chunk("", '"stop"')


PAUSE = b""
PAUSE_SECONDS = 0.05  # what comes after it is another read


class Server:
    """A real server that gives its replies in turn, the last one for ever; each is a list of writes and pauses."""

    def __init__(self, *replies: list[bytes]) -> None:
        self.replies, self.bodies = list(replies), list[bytes]()
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        headers = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(headers.partition("content-length: ")[2].partition("\r\n")[0])
        self.bodies.append(await reader.readexactly(length))
        with suppress(ConnectionError):  # clients that have heard enough hang up
            for piece in self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(PAUSE_SECONDS if piece is PAUSE else 0)
        writer.close()


def refusal(parameter: str, status: str = "400 Bad Request") -> list[bytes]:
    body = b'{"error": {"message": "Unrecognized request argument: %b", "code": null}}' % parameter.encode()
    return [head(status, "application/json", f"content-length: {len(body)}\r\n") + body]


ANSWER = [head("200 OK"), chunk("Yes"), STOP, b"data: [DONE]\n\n"]


@pytest.mark.parametrize(
    ("refused", "gone", "present"),
    [
        ("stream_options", b'"stream_options"', b'"max_tokens"'),
        ("max_tokens", b'"max_tokens"', b'"max_completion_tokens"'),
    ],
)
@pytest.mark.parametrize("status", ["400 Bad Request", "422 Unprocessable Entity"])
async def test_a_refused_parameter_is_left_out_and_never_sent_again(
    refused: str, gone: bytes, present: bytes, status: str
) -> None:
    async with Server(refusal(refused, status), ANSWER) as server, chat_with(server.url) as chat:
        assert (await listen(chat, asking())).answer == "Yes"
        assert (await listen(chat, asking())).answer == "Yes"
    assert [gone in body for body in server.bodies] == [True, False, False]
    assert present in server.bodies[-1]


async def test_a_server_that_refuses_both_is_understood() -> None:
    async with (
        Server(refusal("stream_options"), refusal("max_tokens"), ANSWER) as server,
        chat_with(server.url) as chat,
    ):
        assert (await listen(chat, asking())).answer == "Yes"


async def test_a_server_that_refuses_everything_refuses_the_prompt() -> None:
    async with Server(refusal("stream_options, max_tokens, max_completion_tokens")) as server:
        async with chat_with(server.url) as chat:
            with pytest.raises(PromptRefused):
                await listen(chat, asking())
        assert len(server.bodies) == 3


async def test_another_refusal_repeats_nothing() -> None:
    async with Server(refusal(f"the text {SECRET}")) as server, chat_with(server.url) as chat:
        with pytest.raises(PromptRefused) as caught:
            await listen(chat, asking())
    assert SECRET not in "".join(traceback.format_exception(caught.value))


async def test_a_question_that_the_servers_filter_takes_ends_as_filtered() -> None:
    body = b'{"error": {"message": "filtered", "code": "content_filter"}}'
    reply = [head("400 Bad Request", "application/json", f"content-length: {len(body)}\r\n") + body]
    async with Server(reply) as server, chat_with(server.url) as chat:
        heard = await listen(chat, asking())
    assert heard.finish == Finish(FinishReason.CONTENT_FILTER, "stub")


async def test_text_is_never_torn_however_the_network_cuts_it() -> None:
    whole = b"".join([chunk("Grüße 退款"), chunk(" 🚲"), b": a comment\r\n\r\n", STOP.replace(b"\n", b"\r\n")])
    cuts = [
        [head("200 OK")] + [whole[start:end] for start, end in pairwise([0, at, len(whole)])] for at in range(1, 90)
    ]
    async with Server(*cuts) as server, chat_with(server.url) as chat:
        answers = {(await listen(chat, asking())).answer for _ in cuts}
    assert answers == {"Grüße 退款 🚲"}


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("stop", FinishReason.STOP),
        ("eos", FinishReason.STOP),
        ("tool_calls", FinishReason.STOP),
        ("model_length", FinishReason.LENGTH),
    ],
)
async def test_every_servers_reasons_are_understood(reason: str, expected: FinishReason) -> None:
    async with (
        Server([head("200 OK"), chunk("Yes"), chunk("", f'"{reason}"')]) as server,
        chat_with(server.url) as chat,
    ):
        heard = await listen(chat, asking())
    assert heard.finish is not None
    assert heard.finish.reason is expected


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param([head("200 OK", "text/html"), b"<html>Please log in</html>"], id="a login page"),
        pytest.param([head("200 OK", "application/json"), b'{"error": {"message": "no"}}'], id="an error as a success"),
        pytest.param([head("200 OK"), chunk("Yes"), chunk("", '"error"')], id="gave up"),
        pytest.param([head("200 OK"), STOP], id="said nothing"),
        pytest.param([head("200 OK"), chunk("Yes"), b"data: [DONE]\n\n"], id="done without a reason"),
        pytest.param([head("200 OK"), b"data: [1, 2]\n\n"], id="no chunk"),
        pytest.param([head("200 OK"), b'data: {"choices": [{"delta": {"content": 7}}]}\n\n'], id="no text"),
        pytest.param([head("200 OK"), b"data: \xff\xfe\n\n"], id="not UTF-8"),
        pytest.param([head("200 OK"), b"data: ", *[b"x" * 65_536] * 100_000], id="an endless line"),
        pytest.param([b"\x16\x03\x01\x02\x00nonsense\r\n\r\n"], id="not HTTP"),
        pytest.param([head("500 Oops", "text/html"), *[b"x" * 65_536] * 100_000], id="an endless error page"),
        pytest.param([head("200 OK", extra="content-length: 5000\r\n"), chunk("Yes")], id="shorter than announced"),
    ],
)
async def test_a_server_that_talks_nonsense_is_unavailable(reply: list[bytes]) -> None:
    async with Server(reply) as server, chat_with(server.url) as chat:
        with pytest.raises(ModelUnavailable) as caught:
            await listen(chat, asking())
    assert not isinstance(caught.value, ModelTimeout)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("retry-after: 7", 7.0),
        ("retry-after: 1.5", 1.5),
        ("retry-after-ms: 250\r\nretry-after: 1", 0.25),
        ("retry-after: Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("retry-after: soon", None),
    ],
)
async def test_the_servers_wish_when_to_retry_is_passed_on(header: str, seconds: float | None) -> None:
    reply = [head("429 Too Many Requests", "application/json", f"{header}\r\ncontent-length: 2\r\n") + b"{}"]
    async with Server(reply) as server, chat_with(server.url) as chat:
        with pytest.raises(ModelUnavailable) as caught:
            await listen(chat, asking())
    assert caught.value.retry_after == seconds


async def test_comments_that_drip_for_ever_are_not_an_answer() -> None:
    dripping = [head("200 OK"), *[b": still here\n\n"] * 2_000_000]
    async with Server(dripping) as server, chat_with(server.url, HASTY) as chat:
        with pytest.raises(ModelTimeout):
            await listen(chat, asking())


async def test_the_usage_and_the_end_may_come_after_the_last_word() -> None:
    usage = b'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}\n\n'
    reply = [head("200 OK"), chunk("Yes"), STOP, PAUSE, usage, PAUSE, b"data: [DONE]\n\n"]
    async with Server(reply) as server, chat_with(server.url) as chat:
        heard = await listen(chat, asking())
    assert heard.finish is not None
    assert heard.finish.usage == {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}


async def test_an_answer_whose_end_is_missing_after_its_reason_counts() -> None:
    reply = [head("200 OK", extra="content-length: 5000\r\n"), chunk("Yes"), STOP]
    async with Server(reply) as server, chat_with(server.url) as chat:
        heard = await listen(chat, asking())
    assert heard.answer == "Yes"
    assert heard.finish == Finish(FinishReason.STOP, "stub")


async def test_a_proxy_is_asked_for_the_server() -> None:
    with StubLLM() as stub:
        client = openai.AsyncOpenAI(api_key="sk-test", base_url="http://model.invalid/v1")
        connection = ModelConnection(client, "chat/completions", 1.0, f"http://visitor:password@127.0.0.1:{stub.port}")
        async with await connection.post(b'{"messages": [], "stream": true}') as response:
            await response.read()
        await connection.close()
    assert stub.requests[-1].headers["host"] == "model.invalid"
    assert stub.requests[-1].headers["proxy-authorization"].startswith("Basic ")
