"""Holds the stub model to its word: it fails in each of the ways it promises, and survives its clients."""

import json
import socket
import time
from collections.abc import Iterator

import openai
import pytest

from tests.eventually import eventually_sync
from tests.stubs.llm import Behaviour, StubLLM
from tests.stubs.llm_asking import DEADLINE, asking, call, events, question, reasons, said, streamed
from tests.stubs.llm_modes import KNOWN
from tests.stubs.llm_shapes import lorem

TOKENS = 6


@pytest.fixture
def stub() -> Iterator[StubLLM]:
    with StubLLM(Behaviour(tokens=TOKENS, first_token_seconds=0.0, tokens_per_second=500)) as running:
        yield running


@pytest.fixture
def client(stub: StubLLM) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=stub.base_url, api_key="test", max_retries=0, timeout=DEADLINE) as one:
        yield one


def read_until_quiet(one: socket.socket, quiet_seconds: float) -> tuple[bytes, bool]:
    """Return what came before a pause that long or before the end, and whether it ended."""
    one.settimeout(quiet_seconds)
    received = b""
    while True:
        try:
            data = one.recv(65536)
        except TimeoutError:
            return received, False
        if not data:
            return received, True
        received += data


def receive_all(one: socket.socket, into: bytearray) -> None:
    while data := one.recv(65536):
        into += data


@pytest.mark.parametrize(
    ("mode", "status", "retry_after"),
    [
        ("status_429", 429, "1"),
        ("status_429_bare", 429, None),
        ("status_500", 500, None),
        ("status_503", 503, None),
        ("status_401", 401, None),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_a_status_mode_answers_with_that_status(
    stub: StubLLM, mode: str, status: int, retry_after: str | None, *, stream: bool
) -> None:
    got, headers, body = call(stub, "POST", "/v1/chat/completions", question(mode, stream=stream))
    assert (got, headers.get("retry-after")) == (status, retry_after)
    assert json.loads(body)["error"]["message"]


def test_a_bad_gateway_answers_in_html(stub: StubLLM) -> None:
    status, headers, body = call(stub, "POST", "/v1/chat/completions", question("html_502"))
    assert (status, headers["content-type"]) == (502, "text/html")
    assert body.startswith(b"<html>")


def test_a_refusal_closes_before_any_byte(stub: StubLLM) -> None:
    with asking(stub, "refuse") as one:
        assert read_until_quiet(one, DEADLINE) == (b"", True)


@pytest.mark.parametrize("stream", [True, False])
def test_a_stall_sends_headers_and_nothing_more(stub: StubLLM, *, stream: bool) -> None:
    with asking(stub, "stall", stream=stream) as one:
        received, ended = read_until_quiet(one, 0.2)
    assert received.startswith(b"HTTP/1.1 200")
    assert received.endswith(b"\r\n\r\n")
    assert not ended


def test_a_stall_in_mid_answer_stops_half_way_and_stays_open(stub: StubLLM) -> None:
    with asking(stub, "stall_mid") as one:
        received, ended = read_until_quiet(one, 0.2)
    assert received.count(b'"content":" ') == TOKENS // 2 - 1  # all words but the first carry their space
    assert b'finish_reason":"' not in received
    assert not ended


def test_a_drip_never_pauses_for_long_and_never_ends(stub: StubLLM) -> None:
    stub.behaviour.tokens = 2
    with asking(stub, "drip") as one:
        one.settimeout(DEADLINE)
        times, received = [], b""
        while received.count(b"data: {") < 5:
            received += one.recv(65536)
            times.append(time.monotonic())
    assert times[-1] - times[0] > 2 * 0.35  # three pieces, the first and the third with the role before them


def test_a_clean_cut_ends_well_formed_with_half_the_words_and_no_reason(stub: StubLLM) -> None:
    chunks = streamed(stub, "cut_clean")
    assert said(chunks) == lorem(TOKENS // 2)
    assert reasons(chunks) == []
    assert "[DONE]" not in chunks


def test_a_hard_cut_resets_the_connection_after_half_the_words(stub: StubLLM) -> None:
    received = bytearray()
    with asking(stub, "cut_hard") as one, pytest.raises(ConnectionResetError):
        receive_all(one, received)
    assert received.count(b"data: {") == TOKENS // 2 + 1
    assert not received.endswith(b"0\r\n\r\n")


def test_junk_is_one_event_that_is_not_json(stub: StubLLM) -> None:
    chunks = streamed(stub, "junk_json")
    assert [chunk for chunk in chunks if isinstance(chunk, str)] == ['{"id":"chatcmpl-junk","choices":[{"del', "[DONE]"]
    assert said(chunks) == lorem(TOKENS)


@pytest.mark.parametrize(
    ("mode", "reason", "words"),
    [("no_finish", [], TOKENS), ("content_filter", ["content_filter"], 3), ("length", ["length"], TOKENS)],
)
def test_an_answer_ends_for_the_reason_told(stub: StubLLM, mode: str, reason: list[str], words: int) -> None:
    chunks = streamed(stub, mode)
    assert (said(chunks), reasons(chunks), chunks[-1]) == (lorem(words), reason, "[DONE]")


def test_an_error_inside_a_stream_reaches_the_official_client_as_an_error(client: openai.OpenAI) -> None:
    messages = question("error_in_stream")["messages"]
    with pytest.raises(openai.APIError, match="The server had an error"):
        list(client.chat.completions.create(model="m", messages=messages, stream=True))


def test_an_echo_says_the_whole_context(stub: StubLLM) -> None:
    body = question("echo")
    parts = [{"type": "text", "text": f"Facts: {lorem(500)}"}]
    body["messages"].insert(0, {"role": "system", "content": parts})
    _, _, answer = call(stub, "POST", "/v1/chat/completions", body)
    assert said(events(answer)) == f"Facts: {lorem(500)}\nHello [[stub:echo]] there"
    assert answer.count(b"data: {") <= TOKENS + 2


def test_a_slow_answer_begins_when_told(stub: StubLLM) -> None:
    begun = time.monotonic()
    assert said(streamed(stub, "slow:0.25")) == lorem(TOKENS)
    assert 0.25 <= time.monotonic() - begun < DEADLINE


def test_the_first_requests_fail_and_the_next_is_answered(stub: StubLLM) -> None:
    stub.mode = "fail_first:2"
    statuses = [call(stub, "POST", "/v1/chat/completions", {"messages": []})[0] for _ in range(3)]
    assert statuses == [500, 500, 200]


@pytest.mark.parametrize("mode", sorted(KNOWN - {"drip", "stall", "fail_first", "slow"}))
@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_at_once_hurts_nobody(stub: StubLLM, mode: str, *, stream: bool) -> None:
    for _ in range(5):
        with asking(stub, mode, stream=stream):
            pass
    eventually_sync(lambda: len(stub.requests) == 5 and stub.open_responses == 0)
    assert said(streamed(stub, "ok")) == lorem(TOKENS)


def test_a_client_that_goes_in_mid_answer_ends_the_answer(stub: StubLLM) -> None:
    for mode in ("drip", "stall", "stall_mid"):
        with asking(stub, mode) as one:
            assert one.recv(1)
            assert stub.open_responses == 1
        eventually_sync(lambda: stub.open_responses == 0)
