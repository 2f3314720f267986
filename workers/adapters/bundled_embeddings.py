"""Embeddings without a key, a download or a network: wordllama's static vectors, which come in its package."""

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from workers.domain.vectors import unit
from workers.ports import Vectors

DIMENSION: Final = 256
BATCH: Final = 64  # texts padded to the longest of them at once
QUICK_CHARACTERS: Final = 500  # embedding this much takes less time than the way to a thread and back


class BundledEmbeddings:
    """Embeds on this computer; the model is read on first use, once per process, and takes some 35 MB."""

    name = "wordllama-l2-supercat-lowercase"
    dimension = DIMENSION

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (len(texts), 256); all zeros for a text without a single known sign."""
        if _loaded.is_set() and sum(map(len, texts)) <= QUICK_CHARACTERS:
            return _embed(texts)
        return await asyncio.to_thread(_embed, texts)


_loaded = threading.Event()
_loading = threading.Lock()


def _embed(texts: Sequence[str]) -> Vectors:
    # The model has vectors of their own for "Refund" and "refund", while visitors write either for the other.
    model = _model()
    vectors: Vectors = (
        model.embed([text.lower() for text in texts], batch_size=BATCH)
        if texts
        else np.empty((0, DIMENSION), np.float32)
    )
    return unit(vectors)


def _model() -> Any:
    with _loading:  # functools.cache alone would let two threads read the model at once
        model = _read_model()
    _loaded.set()
    return model


@cache
def _read_model() -> Any:
    with _root_logger_left_alone():
        from wordllama import WordLlama  # noqa: PLC0415 - half a second, and it configures logging
    package = find_spec("wordllama")
    folder = Path(package.origin).parent if package and package.origin else None
    return WordLlama.load(cache_dir=folder, dim=DIMENSION, disable_download=True)


@contextmanager
def _root_logger_left_alone() -> Iterator[None]:
    """Undo what a library does to the root logger when imported: wordllama calls `logging.basicConfig`."""
    root = logging.getLogger()
    handlers, level = root.handlers.copy(), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
