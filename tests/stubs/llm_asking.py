"""Asks the stub model over plain sockets, and takes its answers apart."""

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.stubs.llm import StubLLM

DEADLINE = 5.0  # seconds


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
    """Return a request whose last user message carries a marker."""
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
    """Return the text of a stream's chunks."""
    choices = [choice for chunk in chunks if isinstance(chunk, dict) for choice in chunk.get("choices", [])]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


def reasons(chunks: list[Any]) -> list[str]:
    """Return why a stream's chunks say the answer ended."""
    choices = [choice for chunk in chunks if isinstance(chunk, dict) for choice in chunk.get("choices", [])]
    return [choice["finish_reason"] for choice in choices if choice["finish_reason"]]


def streamed(stub: StubLLM, mode: str) -> list[Any]:
    """Return the chunks of an answer in a mode."""
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
