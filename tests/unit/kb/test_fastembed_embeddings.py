"""Embeddings by fastembed, with a model of a few words in place of one that would have to be downloaded."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fastembed import TextEmbedding

from shared.settings import load_settings
from tests.unit.kb.conftest import CountingEmbeddings
from tests.unit.kb.tiny_model import DIMENSION, MODEL, place_model
from workers.adapters.embeddings import embeddings_for
from workers.adapters.fastembed_embeddings import MODELS, FastembedEmbeddings
from workers.kb.build import build_release, index_folder
from workers.kb.publish import current_release
from workers.kb.release import load_release
from workers.ports import EmbeddingsMisconfigured, EmbeddingsUnavailable, ReleaseUnusable


@pytest.fixture
def embeddings(tmp_path: Path) -> FastembedEmbeddings:
    """Give embeddings whose model is there."""
    place_model(tmp_path / "models")
    return FastembedEmbeddings(MODEL, tmp_path / "models")


async def test_texts_become_unit_vectors_in_their_order(embeddings: FastembedEmbeddings) -> None:
    texts = ["refunds take a week", "kayaks are rented", "a week", "to anyone"]
    vectors = await embeddings.embed(texts)
    assert vectors.shape == (4, DIMENSION)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.allclose(vectors[1], (await embeddings.embed([texts[1]]))[0], atol=1e-6)
    assert vectors[0] @ vectors[2] > 0.5 > vectors[0] @ vectors[1]


async def test_no_texts_are_no_vectors(embeddings: FastembedEmbeddings) -> None:
    assert (await embeddings.embed([])).shape == (0, DIMENSION)


async def test_a_release_is_pinned_to_the_model_that_made_it(embeddings: FastembedEmbeddings, kb_dir: Path) -> None:
    await build_release(kb_dir, embeddings)
    folder = current_release(index_folder(kb_dir))
    assert folder
    embedding = load_release(folder, embeddings).manifest.embedding
    assert (embedding.name, embedding.dimension) == (f"fastembed/{MODEL}", DIMENSION)
    with pytest.raises(ReleaseUnusable, match=f"made with fastembed/{MODEL}"):
        load_release(folder, CountingEmbeddings())


async def test_a_broken_model_is_told_of_and_not_read_for_each_visitor(
    embeddings: FastembedEmbeddings, tmp_path: Path
) -> None:
    place_model(tmp_path / "models", network=b"junk")
    with pytest.raises(EmbeddingsUnavailable, match=r"can't be used.*FASTEMBED_CACHE_PATH"):
        await embeddings.embed(["refunds"])
    with pytest.raises(EmbeddingsUnavailable, match="tried again each minute"):
        await embeddings.embed(["refunds"])


def test_the_settings_choose_it_and_an_unknown_model_is_refused() -> None:
    chosen = embeddings_for(load_settings(embeddings="fastembed", embedding_model="BAAI/bge-small-en-v1.5"))
    assert (chosen.name, chosen.dimension) == ("fastembed/BAAI/bge-small-en-v1.5", 384)
    with pytest.raises(EmbeddingsMisconfigured, match=r"EMBEDDING_MODEL=text-embedding-3-small is none.*bge-small"):
        embeddings_for(load_settings(embeddings="fastembed"))


def test_every_model_is_one_of_fastembeds_and_needs_no_prefix() -> None:
    known = {model["model"]: model for model in TextEmbedding.list_supported_models()}
    assert {name: known[name]["dim"] for name in MODELS} == MODELS
    assert [name for name in MODELS if "documents: not " not in known[name]["description"]] == []


def run(code: str, **environment: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_model_that_is_missing_says_where_it_belongs(tmp_path: Path) -> None:
    told = run(
        "import asyncio\n"
        "from workers.adapters.fastembed_embeddings import FastembedEmbeddings\n"
        "from workers.ports import EmbeddingsUnavailable\n"
        f"try: asyncio.run(FastembedEmbeddings({MODEL!r}).embed(['refunds']))\n"
        "except EmbeddingsUnavailable as error: print(error)",
        HF_HUB_OFFLINE="1",
        FASTEMBED_CACHE_PATH=str(tmp_path),
    )
    assert f"fastembed/{MODEL} can't be used" in told
    assert "FASTEMBED_CACHE_PATH" in told


def test_a_missing_package_is_named() -> None:
    told = run(
        "import sys, importlib.machinery as machinery\n"
        "sys.path_importer_cache.clear()\n"
        "class Without(machinery.PathFinder):\n"  # as Python looks where the extra is not installed
        "    @classmethod\n"
        "    def find_spec(cls, name, *others):\n"
        "        return None if name == 'fastembed' else super().find_spec(name, *others)\n"
        "sys.meta_path[:] = [Without if finder is machinery.PathFinder else finder for finder in sys.meta_path]\n"
        "from workers.adapters.fastembed_embeddings import FastembedEmbeddings\n"
        "from workers.ports import EmbeddingsMisconfigured\n"
        f"try: FastembedEmbeddings({MODEL!r})\n"
        "except EmbeddingsMisconfigured as error: print(error)"
    )
    assert "with its extra `fastembed`" in told
