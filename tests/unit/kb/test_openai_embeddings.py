"""Embeddings over HTTP: in batches, retried for a while, and with errors that say what to do."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from shared.errors import PermanentError, TransientError
from shared.settings import load_settings
from tests.stubs.llm import Behaviour, StubLLM
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.adapters.embeddings import embeddings_for
from workers.adapters.openai_embeddings import (
    EmbeddingServer,
    OpenAIEmbeddings,
)
from workers.kb.build import build_release
from workers.ports import EmbeddingsMisconfigured, EmbeddingsUnavailable


@pytest.fixture
def server() -> Iterator[StubLLM]:
    """Give a stub that sends vectors of 64 dimensions."""
    with StubLLM(Behaviour(dimensions=64)) as stub:
        yield stub


@pytest.fixture
async def embeddings(server: StubLLM) -> AsyncIterator[OpenAIEmbeddings]:
    """Give a client of the stub."""
    client = OpenAIEmbeddings(EmbeddingServer("small-model", "key", server.base_url, 64, first_wait_seconds=0.01))
    yield client
    await client.close()


async def test_texts_are_embedded_in_batches_and_in_order(server: StubLLM, embeddings: OpenAIEmbeddings) -> None:
    texts = [f"text {number}" for number in range(300)]
    vectors = await embeddings.embed(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (300, 64)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert [len(request.body["input"]) for request in server.requests] == [128, 128, 44]
    assert {request.body["encoding_format"] for request in server.requests} == {"float"}
    assert np.allclose((await embeddings.embed([texts[200]]))[0], vectors[200], atol=1e-6)
    assert (await embeddings.embed([])).shape == (0, 64)


async def test_known_models_are_asked_for_the_dimension_that_is_set(server: StubLLM) -> None:
    client = OpenAIEmbeddings(EmbeddingServer("text-embedding-3-small", "key", server.base_url, 512))
    assert (await client.embed(["text"])).shape == (1, 512)
    assert server.requests[-1].body["dimensions"] == 512
    await client.close()


async def test_a_server_that_stumbles_is_asked_again(server: StubLLM, embeddings: OpenAIEmbeddings) -> None:
    server.mode = "fail_first:2"
    assert (await embeddings.embed(["text"])).shape == (1, 64)
    assert len(server.requests) == 3


@pytest.mark.parametrize("mode", ["status_500", "status_503", "html_502", "status_429_bare", "refuse"])
async def test_a_server_that_stays_away_is_a_passing_fault_after_four_attempts(
    server: StubLLM, embeddings: OpenAIEmbeddings, mode: str
) -> None:
    server.mode = mode
    with pytest.raises(EmbeddingsUnavailable):
        await embeddings.embed(["text"])
    assert len(server.requests) == 4


async def test_a_refused_key_is_a_lasting_fault_at_once(server: StubLLM, embeddings: OpenAIEmbeddings) -> None:
    server.mode = "status_401"
    with pytest.raises(EmbeddingsMisconfigured, match="Incorrect API key"):
        await embeddings.embed(["text"])
    assert len(server.requests) == 1


async def test_the_wait_that_a_server_asks_for_is_kept(server: StubLLM, embeddings: OpenAIEmbeddings) -> None:
    server.mode = "status_429"
    with pytest.raises(EmbeddingsUnavailable) as caught:
        await embeddings.embed(["text"])
    assert caught.value.retry_after == 1


async def test_a_wrong_dimension_names_the_setting(server: StubLLM) -> None:
    client = OpenAIEmbeddings(EmbeddingServer("small-model", "key", server.base_url, 32))
    with pytest.raises(EmbeddingsMisconfigured, match="Set EMBEDDING_DIMENSION=64"):
        await client.embed(["text"])
    await client.close()


async def test_nobody_listening_is_a_passing_fault() -> None:
    with StubLLM() as gone:
        address = gone.base_url
    client = OpenAIEmbeddings(EmbeddingServer("small-model", "key", address, 64, first_wait_seconds=0.01))
    with pytest.raises(TransientError):
        await client.embed(["text"])
    await client.close()


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"{}",
        b'{"data": []}',
        b'{"data": [{"index": 0}]}',
        b'{"data": [{"index": 0, "embedding": ["x"]}]}',
        b'{"data": [{"index": 0, "embedding": [1, NaN]}]}',
        b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}]}',
    ],
)
async def test_an_answer_that_makes_no_sense_is_a_passing_fault(body: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        writer.write(head.encode() + b"connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as nonsense:
        address = f"http://127.0.0.1:{nonsense.sockets[0].getsockname()[1]}/v1"
        client = OpenAIEmbeddings(EmbeddingServer("small-model", "key", address, 2, first_wait_seconds=0.01))
        with pytest.raises(EmbeddingsUnavailable):
            await client.embed(["text"])
        await client.close()


async def test_a_build_with_a_server_asks_for_each_text_once(
    server: StubLLM, embeddings: OpenAIEmbeddings, kb_dir: Path
) -> None:
    assert (await build_release(kb_dir, embeddings)).embedded == 18
    asked = len(server.requests)
    assert (await build_release(kb_dir, embeddings, force=True)).embedded == 0
    assert len(server.requests) == asked


def test_the_settings_choose_the_embeddings() -> None:
    assert isinstance(embeddings_for(load_settings()), BundledEmbeddings)
    chosen = embeddings_for(load_settings(embeddings="openai", openai_api_key="key"))
    assert (chosen.name, chosen.dimension) == ("text-embedding-3-small", 1536)
    with pytest.raises(PermanentError, match="EMBEDDING_DIMENSION is not set"):
        embeddings_for(load_settings(embeddings="openai", embedding_model="mystery"))
