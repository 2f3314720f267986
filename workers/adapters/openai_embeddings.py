"""Embeddings from OpenAI or any server that speaks its API: vLLM, Ollama, Mistral and the like."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import openai
from openai.types import CreateEmbeddingResponse

from workers.domain.vectors import unit
from workers.ports import EmbeddingsMisconfigured, EmbeddingsUnavailable, Vectors

BATCH: Final = 128  # texts per request: of 2,000 characters each, well below the API's 300,000 tokens
ATTEMPTS: Final = 4
LONGEST_WAIT_SECONDS: Final = 30.0  # a server that asks for more is away
TIMEOUT: Final = openai.Timeout(30, connect=5)
RETRIED: Final = frozenset({408, 409, 429, *range(500, 600)})

DIMENSIONS: Final = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
    "mistral-embed": 1024,
    "nomic-embed-text": 768,
    "mxbai-embed-large": 1024,
}
SHORTENED: Final = frozenset({"text-embedding-3-small", "text-embedding-3-large"})  # they embed in fewer when asked


@dataclass(frozen=True, slots=True)
class EmbeddingServer:
    """Where embeddings come from; the defaults are OpenAI's."""

    model: str
    api_key: str = ""
    base_url: str | None = None
    dimension: int | None = None
    """How many numbers a vector has; may be left out for the models that are known here."""
    first_wait_seconds: float = 0.5
    """How long to wait before the second attempt, at most; doubled before each further one."""


class OpenAIEmbeddings:
    """Embeds over HTTP, with its own bounded retries."""

    def __init__(self, server: EmbeddingServer) -> None:
        self.name = server.model
        self.dimension = _dimension_of(server)
        self._first_wait = server.first_wait_seconds
        self._shortened = self.dimension if server.model in SHORTENED else openai.omit
        self._client = openai.AsyncOpenAI(
            api_key=server.api_key or "none",  # servers of one's own ask for none, the SDK insists
            base_url=server.base_url,
            timeout=TIMEOUT,
            max_retries=0,  # the SDK's would multiply ours
        )

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (len(texts), dimension).

        Raises EmbeddingsUnavailable after the last attempt, EmbeddingsMisconfigured at once.
        """
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        vectors = [await self._embed_batch(batch) for batch in batches]
        return np.concatenate(vectors) if vectors else np.empty((0, self.dimension), np.float32)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _embed_batch(self, texts: Sequence[str]) -> Vectors:
        for attempt in range(1, ATTEMPTS):
            try:
                return await self._ask(texts)
            except EmbeddingsUnavailable as error:
                await asyncio.sleep(self._wait_after(attempt, error))
        return await self._ask(texts)

    def _wait_after(self, attempt: int, error: EmbeddingsUnavailable) -> float:
        """Return the seconds before the next attempt. Raises the error when the server asks for too many."""
        if error.retry_after is None:
            longest = self._first_wait * 2 ** (attempt - 1)
            return random.uniform(0, longest)  # noqa: S311 - jitter, so that clients don't march in step
        if error.retry_after > LONGEST_WAIT_SECONDS:
            raise error
        return error.retry_after

    async def _ask(self, texts: Sequence[str]) -> Vectors:
        try:
            response = await self._client.embeddings.create(
                model=self.name, input=list(texts), encoding_format="float", dimensions=self._shortened
            )
        except openai.APIStatusError as error:
            raise _refusal(error) from error
        except (openai.OpenAIError, ValueError) as error:  # no connection, no answer in time, no JSON
            raise EmbeddingsUnavailable(f"The embeddings' server gave no answer ({error}).") from error
        return self._vectors_of(response, len(texts))

    def _vectors_of(self, response: CreateEmbeddingResponse, count: int) -> Vectors:
        try:
            rows = [row.embedding for row in sorted(response.data, key=lambda row: row.index)]
            vectors = np.array(rows, dtype=np.float32)
        except (AttributeError, TypeError, ValueError) as error:  # the SDK does not validate what it parses
            raise EmbeddingsUnavailable("The embeddings' server sent something else than vectors.") from error
        if vectors.shape[0] != count or not np.isfinite(vectors).all():
            raise EmbeddingsUnavailable("The embeddings' server sent something else than one vector for each text.")
        if vectors.shape[1:] != (self.dimension,):
            raise EmbeddingsMisconfigured(
                f"{self.name} sends vectors of {vectors.shape[-1]} dimensions, not {self.dimension}. "
                f"Set EMBEDDING_DIMENSION={vectors.shape[-1]}."
            )
        return unit(vectors)


def _dimension_of(server: EmbeddingServer) -> int:
    dimension = server.dimension or DIMENSIONS.get(server.model)
    if dimension is None:
        raise EmbeddingsMisconfigured(
            f"EMBEDDING_DIMENSION is not set, and {server.model} is not a model whose vectors' size is known here."
        )
    return dimension


def _refusal(error: openai.APIStatusError) -> EmbeddingsUnavailable | EmbeddingsMisconfigured:
    """Return our fact for the server's status: try again, or don't."""
    if error.status_code in RETRIED and error.code != "insufficient_quota":
        return EmbeddingsUnavailable(
            f"The embeddings' server answers {error.status_code}.", retry_after=_retry_after(error)
        )
    return EmbeddingsMisconfigured(f"The embeddings' server refuses ({error.status_code}): {error.message}")


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Return how many seconds the server asks us to wait; a date, which no such server sends, counts as no wish."""
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "")))
    except ValueError:
        return None
