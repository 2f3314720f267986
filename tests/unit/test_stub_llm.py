"""Holds the stub model to its word: it answers as OpenAI's API does, as told by its settings."""

import http.client
import json
import math
import socket
import time
from collections.abc import Iterator

import openai
import pytest

from tests.stubs.llm import Behaviour, StubLLM
from tests.stubs.llm_asking import DEADLINE, call, events, in_a_process, question, reasons, said, streamed
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


def test_tokens_come_at_the_pace_set(stub: StubLLM) -> None:
    stub.behaviour.first_token_seconds, stub.behaviour.tokens_per_second, stub.behaviour.tokens = 0.1, 100, 21
    begun = time.monotonic()
    streamed(stub, "ok")
    assert 0.3 <= time.monotonic() - begun < DEADLINE


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
