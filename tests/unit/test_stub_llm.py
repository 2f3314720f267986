"""Holds the stub model to its word: it answers as OpenAI's API does, and fails in each of the ways it promises."""

import http.client
import json
import math
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import openai
import pytest

from tests.eventually import eventually_sync
from tests.stubs.llm import Behaviour, StubLLM
from tests.stubs.llm_modes import KNOWN
from tests.stubs.llm_shapes import lorem

TOKENS = 6
DEADLINE = 5.0  # seconds


@pytest.fixture
def stub() -> Iterator[StubLLM]:
    with StubLLM(Behaviour(tokens=TOKENS, first_token_seconds=0.0, tokens_per_second=500)) as running:
        yield running


@pytest.fixture
def client(stub: StubLLM) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=stub.base_url, api_key="test", max_retries=0, timeout=DEADLINE) as one:
        yield one


def call(stub: StubLLM, method: str, path: str, body: Any = None) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of one request; whatever breaks, breaks as http.client says."""
    connection = http.client.HTTPConnection("127.0.0.1", stub.port, timeout=DEADLINE)
    try:
        connection.request(method, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def question(mode: str, *, stream: bool = True) -> dict[str, Any]:
    return {"model": "m", "stream": stream, "messages": [{"role": "user", "content": f"Hello [[stub:{mode}]] there"}]}


def events(body: bytes) -> list[Any]:
    """Return the data of each event; what is not JSON as text."""
    found = []
    for event in body.decode().split("\n\n")[:-1]:
        data = event.removeprefix("data: ")
        try:
            found.append(json.loads(data))
        except ValueError:
            found.append(data)
    return found


def said(chunks: list[Any]) -> str:
    choices = [choice for chunk in chunks if isinstance(chunk, dict) for choice in chunk.get("choices", [])]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


def reasons(chunks: list[Any]) -> list[str]:
    choices = [choice for chunk in chunks if isinstance(chunk, dict) for choice in chunk.get("choices", [])]
    return [choice["finish_reason"] for choice in choices if choice["finish_reason"]]


def streamed(stub: StubLLM, mode: str) -> list[Any]:
    status, _, body = call(stub, "POST", "/v1/chat/completions", question(mode))
    assert status == 200
    return events(body)


@contextmanager
def asking(stub: StubLLM, mode: str, *, stream: bool = True) -> Iterator[socket.socket]:
    """Send a question over a bare socket."""
    body = json.dumps(question(mode, stream=stream)).encode()
    with socket.create_connection(("127.0.0.1", stub.port), DEADLINE) as one:
        one.sendall(
            b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
        )
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


@contextmanager
def in_a_process(*options: str) -> Iterator[StubLLM]:
    """Run the stub as a program, and give one that is never started, for its address."""
    command = [sys.executable, "-m", "tests.stubs.llm", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield StubLLM(port=json.loads(process.stdout.readline())["port"])
        finally:
            process.terminate()
        assert process.wait(DEADLINE) == 0


def receive_all(one: socket.socket, into: bytearray) -> None:
    while data := one.recv(65536):
        into += data


def test_the_official_client_reads_a_streamed_answer_with_its_usage(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model="some-model",
        messages=[{"role": "user", "content": "Hello"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == lorem(TOKENS)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == TOKENS
    assert {(chunk.object, chunk.model) for chunk in chunks} == {("chat.completion.chunk", "some-model")}
    assert len({chunk.id for chunk in chunks}) == 1


def test_usage_is_not_sent_to_a_client_that_did_not_ask(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}], stream=True))
    assert all(chunk.choices and chunk.usage is None for chunk in chunks)


def test_the_official_client_reads_an_answer_in_one_piece(stub: StubLLM, client: openai.OpenAI) -> None:
    stub.behaviour.usage = (11, 7)
    answer = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}])
    assert answer.choices[0].message.content == lorem(TOKENS)
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (11, 7, 18)


def test_a_chosen_text_is_said_word_for_word(stub: StubLLM, client: openai.OpenAI) -> None:
    stub.behaviour.text = " Grüße,\n\n  „Rad“ \U0001f6b2 & <b>\\\"'  "
    stream = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}], stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == stub.behaviour.text


def test_embeddings_depend_on_the_text_alone_and_have_the_size_asked_for(client: openai.OpenAI) -> None:
    packed = client.embeddings.create(model="e", input=["bicycle", "lamp", "bicycle"], dimensions=64)
    plain = client.embeddings.create(model="e", input="bicycle", dimensions=64, encoding_format="float")
    bicycle, lamp, again = (item.embedding for item in packed.data)
    assert len(bicycle) == 64
    assert bicycle == again != lamp
    assert bicycle == pytest.approx(plain.data[0].embedding, abs=1e-6)
    assert math.hypot(*bicycle) == pytest.approx(1.0, abs=1e-5)


def test_embeddings_have_a_default_size_and_fail_when_told(stub: StubLLM, client: openai.OpenAI) -> None:
    assert len(client.embeddings.create(model="e", input="lamp").data[0].embedding) == stub.behaviour.dimensions
    stub.mode = "status_503"
    with pytest.raises(openai.InternalServerError):
        client.embeddings.create(model="e", input="lamp")


def test_there_is_one_model_in_the_list(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["stub"]


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
    gaps = [after - before for before, after in pairwise(times[1:])]
    assert gaps
    assert all(0.3 < gap < 0.6 for gap in gaps)


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
    assert 0.25 <= time.monotonic() - begun < 1.0


def test_tokens_come_at_the_pace_set(stub: StubLLM) -> None:
    stub.behaviour.first_token_seconds, stub.behaviour.tokens_per_second, stub.behaviour.tokens = 0.1, 100, 21
    begun = time.monotonic()
    streamed(stub, "ok")
    assert 0.3 <= time.monotonic() - begun < 0.6


def test_the_first_requests_fail_and_the_next_is_answered(stub: StubLLM) -> None:
    stub.mode = "fail_first:2"
    statuses = [call(stub, "POST", "/v1/chat/completions", {"messages": []})[0] for _ in range(3)]
    assert statuses == [500, 500, 200]


def test_the_mode_set_holds_for_all_and_a_marker_overrules_it(stub: StubLLM) -> None:
    stub.mode = "status_500"
    plain = {"messages": [{"role": "user", "content": "Hello"}]}
    assert call(stub, "POST", "/v1/chat/completions", plain)[0] == 500
    assert call(stub, "POST", "/v1/chat/completions", question("ok"))[0] == 200


def test_only_the_last_user_message_may_carry_a_marker(stub: StubLLM) -> None:
    body = question("status_500")
    body["messages"] += [{"role": "assistant", "content": "No."}, {"role": "user", "content": "And now?"}]
    assert call(stub, "POST", "/v1/chat/completions", body)[0] == 200


@pytest.mark.parametrize("marker", ["no_such_mode", "slow:soon", "fail_first"])
def test_a_marker_that_means_nothing_is_ignored(stub: StubLLM, marker: str) -> None:
    assert said(streamed(stub, marker)) == lorem(TOKENS)


def test_a_mode_that_does_not_exist_cannot_be_set(stub: StubLLM) -> None:
    with pytest.raises(ValueError, match="no mode 'nonsense'"):
        stub.mode = "nonsense"


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


def test_one_connection_carries_many_requests(stub: StubLLM) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stub.port, timeout=DEADLINE)
    for mode in ("ok", "status_500", "cut_clean", "length"):
        connection.request("POST", "/v1/chat/completions", json.dumps(question(mode)))
        connection.getresponse().read()
    first = connection.sock
    connection.request("GET", "/v1/models")
    assert connection.getresponse().status == 200
    assert connection.sock is first
    connection.close()


def test_requests_are_kept_with_their_headers(stub: StubLLM, client: openai.OpenAI) -> None:
    client.chat.completions.create(model="kept", messages=[{"role": "user", "content": "Hello"}], temperature=0.5)
    (seen,) = stub.requests
    assert (seen.method, seen.path, seen.headers["authorization"]) == ("POST", "/v1/chat/completions", "Bearer test")
    assert (seen.body["model"], seen.body["temperature"]) == ("kept", 0.5)


def test_a_body_that_is_not_json_and_a_path_that_is_not_there_are_told_so(stub: StubLLM) -> None:
    with socket.create_connection(("127.0.0.1", stub.port), DEADLINE) as one:
        one.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n{x}")
        assert one.recv(65536).startswith(b"HTTP/1.1 400")
    with socket.create_connection(("127.0.0.1", stub.port), DEADLINE) as one:
        one.sendall(b"this is no HTTP\r\n\r\n")
        assert one.recv(65536) == b""
    assert call(stub, "GET", "/v1/nothing")[0] == 404


def test_a_stub_that_stopped_takes_its_port_again(stub: StubLLM) -> None:
    stub.stop()
    with pytest.raises(ConnectionRefusedError):
        call(stub, "GET", "/v1/models")
    with StubLLM(port=stub.port) as again:
        assert call(again, "GET", "/v1/models")[0] == 200


def test_a_taken_port_is_an_error(stub: StubLLM) -> None:
    with pytest.raises(OSError, match="in use"):
        StubLLM(port=stub.port).start()


def test_another_process_drives_the_stub_over_its_control_endpoint() -> None:
    with in_a_process("--port", "0", "--tokens", "3", "--first-token-seconds", "0") as remote:
        assert said(streamed(remote, "ok")) == lorem(3)
        assert call(remote, "POST", "/_control", {"mode": "length", "tokens": 4})[0] == 200
        chunks = events(call(remote, "POST", "/v1/chat/completions", {"stream": True, "messages": []})[2])
        assert (said(chunks), reasons(chunks)) == (lorem(4), ["length"])
        assert call(remote, "POST", "/_control", {"mode": "nonsense"})[0] == 400
        assert call(remote, "POST", "/_control", {"colour": "red"})[0] == 400
        seen = json.loads(call(remote, "GET", "/_requests")[2])
        assert (seen["count"], seen["requests"][0]["body"]["model"]) == (2, "m")
        call(remote, "POST", "/_control", {"forget": True})
        assert json.loads(call(remote, "GET", "/_requests")[2])["count"] == 0
