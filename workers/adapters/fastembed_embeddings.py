"""Embeddings by fastembed: neural models that run on this computer, once they were downloaded to it."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from workers.domain.vectors import unit
from workers.ports import EmbeddingsMisconfigured, EmbeddingsUnavailable, Vectors

RETRY_SECONDS: Final = 60.0  # a download that failed has been tried for long, and visitors wait
STATIC: Final = "minishlab/"
# Those that embed a question as they do a passage, which is all that we ask for; and the length of their vectors.
MODELS: Final = {
    "BAAI/bge-small-en-v1.5": 384,
    "BAAI/bge-base-en-v1.5": 768,
    "BAAI/bge-large-en-v1.5": 1024,
    "BAAI/bge-small-zh-v1.5": 512,
    "sentence-transformers/all-MiniLM-L6-v2": 384,
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2": 384,
    "sentence-transformers/paraphrase-multilingual-mpnet-base-v2": 768,
    "thenlper/gte-base": 768,
    "thenlper/gte-large": 1024,
    "jinaai/jina-embeddings-v2-small-en": 512,
    "jinaai/jina-embeddings-v2-base-en": 768,
    "jinaai/jina-embeddings-v2-base-de": 768,
    "jinaai/jina-embeddings-v2-base-es": 768,
    "minishlab/potion-base-8M": 256,
    "minishlab/potion-retrieval-32M": 512,
    "minishlab/potion-multilingual-128M": 256,
}


class FastembedEmbeddings:
    """Embeds on this computer, in one thread; the model is read, or downloaded, on first use."""

    def __init__(self, model: str, models: Path | None = None) -> None:
        """Take models from a folder, else from where fastembed keeps them. Raises EmbeddingsMisconfigured."""
        if model not in MODELS:
            raise EmbeddingsMisconfigured(
                f"EMBEDDING_MODEL={model} is none for EMBEDDINGS=fastembed. Those are: {', '.join(MODELS)}."
            )
        if find_spec("fastembed") is None:
            raise EmbeddingsMisconfigured(
                "EMBEDDINGS=fastembed needs a package that is not installed here: "
                "install Frontdesk with its extra `fastembed`."
            )
        self.name = f"fastembed/{model}"
        self.dimension = MODELS[model]
        self._options: dict[str, Any] = {"model_name": model, "cache_dir": str(models) if models else None}
        if not model.startswith(STATIC):  # those compute with numpy, and warn of what is not theirs
            self._options["threads"] = 1
        self._model: Any = None
        self._retry_at = 0.0
        # One thread, so that visitors who gave up while a model loads leave nothing behind that waits for it.
        self._thread = ThreadPoolExecutor(1, "fastembed")

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (len(texts), dimension). Raises EmbeddingsUnavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._embed, list(texts))

    def _embed(self, texts: list[str]) -> Vectors:
        with self._told():
            model = self._model = self._model or self._read()
            rows = list(model.embed(texts))
        return unit(np.array(rows, np.float32).reshape(len(texts), self.dimension))

    def _read(self) -> Any:
        from fastembed import TextEmbedding  # noqa: PLC0415  (seconds, and only where it is asked for)
        from loguru import logger  # noqa: PLC0415  (as above)

        logger.disable("fastembed")  # it writes past our log, and raises what it has to say
        if time.monotonic() < self._retry_at:
            raise EmbeddingsUnavailable(f"{self.name} could not be loaded; it is tried again each minute.")
        self._retry_at = time.monotonic() + RETRY_SECONDS
        return TextEmbedding(**self._options)

    @contextmanager
    def _told(self) -> Iterator[None]:
        faults = _faults()
        try:
            yield
        except faults as error:
            raise EmbeddingsUnavailable(
                f"{self.name} can't be used: {error} It is downloaded on first use, to FASTEMBED_CACHE_PATH; without "
                "access to huggingface.co, copy that folder from a computer that has it."
            ) from error


@cache
def _faults() -> tuple[type[Exception], ...]:
    """Return what fastembed and the runtime below it raise; the latter's errors have no class in common."""
    from onnxruntime.capi import onnxruntime_pybind11_state as runtime  # noqa: PLC0415  (as above)

    known = [kind for kind in vars(runtime).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (OSError, ValueError, RuntimeError, *known)
