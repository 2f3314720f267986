"""The nearest vectors are found in large releases as in small ones, and the same ones every time."""

from pathlib import Path

import numpy as np
import pytest

from workers.domain.vectors import unit
from workers.kb.vectors import CODES, EXACT_PASSAGES, VectorIndex
from workers.ports import Vectors

DIMENSION = 64


def vectors(count: int, seed: int = 1, dimension: int = DIMENSION) -> Vectors:
    """Return unit vectors that gather in groups, as those of texts do."""
    rng = np.random.default_rng(seed)
    groups = np.random.default_rng(0).normal(size=(40, dimension))
    return unit((groups[rng.integers(0, 40, count)] + rng.normal(size=(count, dimension))).astype(np.float32))


@pytest.fixture(scope="module")
def many() -> Vectors:
    """Give more vectors than are compared one by one."""
    return vectors(EXACT_PASSAGES + 1_000)


def recall(index: VectorIndex, known: Vectors) -> float:
    questions = vectors(200, seed=2)
    shared = 0
    for question in questions:
        exact = np.argsort(-(known @ question), kind="stable")[:10]
        shared += len(set(exact.tolist()) & set(index.nearest(question, 10).tolist()))
    return shared / (10 * len(questions))


def test_few_vectors_are_compared_exactly(tmp_path: Path) -> None:
    known = vectors(500)
    VectorIndex.of(known).save(tmp_path / "vectors")
    assert not (tmp_path / "vectors" / CODES).exists()
    assert recall(VectorIndex.load(tmp_path / "vectors"), known) == 1


def test_the_nearest_of_many_are_found_again_when_mapped(tmp_path: Path, many: Vectors) -> None:
    VectorIndex.of(many).save(tmp_path / "vectors")
    index = VectorIndex.load(tmp_path / "vectors")
    assert (tmp_path / "vectors" / CODES).exists()
    assert len(index) == len(many)
    assert recall(index, many) >= 0.98


def test_the_nearest_come_first_with_their_exact_cosines(many: Vectors) -> None:
    index, question = VectorIndex.of(many), vectors(1, seed=3)[0]
    nearest = index.nearest(question, 50)
    cosines = index.cosines(nearest, question)
    np.testing.assert_allclose(cosines, many[nearest] @ question, rtol=1e-5)
    assert (np.diff(cosines) <= 0).all()
    assert len(nearest) == 50


def test_the_same_vectors_make_the_same_files(tmp_path: Path, many: Vectors) -> None:
    for name in ("one", "two"):
        VectorIndex.of(many).save(tmp_path / name)
    assert (tmp_path / "one" / CODES).read_bytes() == (tmp_path / "two" / CODES).read_bytes()


def test_an_odd_dimension_is_compared_exactly() -> None:
    known = vectors(EXACT_PASSAGES + 1, dimension=9)
    index = VectorIndex.of(known)
    assert index.nearest(known[7], 1).tolist() == [7]


def test_fewer_vectors_than_asked_for_are_all_found() -> None:
    assert sorted(VectorIndex.of(vectors(3)).nearest(vectors(1)[0], 50).tolist()) == [0, 1, 2]
