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
BATCH: Final = 256  # texts of which all signs are held in memory at once
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
    """Return what the model's own `embed` does, at length 1, in half the time: without its padding and masks."""
    model = _model()
    sums = np.zeros((len(texts), DIMENSION), np.float32)
    # The model has vectors of their own for "Refund" and "refund", while visitors write either for the other.
    for row, encoding in zip(sums, _encoded(model, [text.lower() for text in texts]), strict=True):
        np.sum(model.embedding[encoding.ids], axis=0, out=row)
    return unit(sums)


def _encoded(model: Any, texts: list[str]) -> Iterator[Any]:
    for start in range(0, len(texts), BATCH):
        yield from model.tokenizer.encode_batch_fast(texts[start : start + BATCH], add_special_tokens=False)


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
    model = WordLlama.load(cache_dir=folder, dim=DIMENSION, disable_download=True)
    model.tokenizer.no_padding()
    return model


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
