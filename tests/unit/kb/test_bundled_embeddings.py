"""The bundled embeddings give unit vectors and leave the process as they found it."""

import asyncio
import subprocess
import sys

import numpy as np

from workers.adapters.bundled_embeddings import BundledEmbeddings


async def test_vectors_are_of_length_one_and_tell_likeness() -> None:
    vectors = await BundledEmbeddings().embed(["refund my money", "give me my money back", "kayaks float on water"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, 256)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


async def test_a_word_means_the_same_in_capital_letters() -> None:
    small, capital, loud = await BundledEmbeddings().embed(["refund", "Refund", "REFUND"])
    assert np.array_equal(small, capital)
    assert np.array_equal(small, loud)


async def test_a_text_without_words_is_no_error() -> None:
    embeddings = BundledEmbeddings()
    assert np.isfinite(await embeddings.embed([""])).all()
    assert (await embeddings.embed([])).shape == (0, 256)


async def test_the_same_text_has_the_same_vector_however_it_is_asked_for() -> None:
    embeddings = BundledEmbeddings()
    alone = await embeddings.embed(["refund"])
    among = await embeddings.embed(["refund", "a much longer text " * 100])
    at_once = await asyncio.gather(*(embeddings.embed(["refund"]) for _ in range(10)))
    assert np.allclose(alone[0], among[0], atol=1e-6)
    assert all(np.array_equal(alone, other) for other in at_once)


def test_loading_the_model_leaves_logging_alone() -> None:
    script = (
        "import asyncio, logging\nfrom workers.adapters.bundled_embeddings import BundledEmbeddings\n"
        "asyncio.run(BundledEmbeddings().embed(['hello']))\nassert not logging.root.handlers\n"
        "assert logging.root.level == logging.WARNING\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
