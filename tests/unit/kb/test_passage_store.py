"""Passages are read when they are asked for, and shared with other processes until then."""

from pathlib import Path

import pytest

from workers.domain.passage import Passage
from workers.kb.passage_store import PassageStore, save_passages

PASSAGES = [
    Passage(str(number), f"Text {number} with é\nand a second line.", "Title", "A > B", "a.md", url="https://a.example")
    for number in range(3_000)
]


@pytest.fixture
def store(tmp_path: Path) -> PassageStore:
    """Give the passages as loaded."""
    save_passages(PASSAGES, tmp_path / "passages.jsonl")
    return PassageStore.load(tmp_path / "passages.jsonl")


def test_passages_come_back_as_they_were(store: PassageStore) -> None:
    assert len(store) == len(PASSAGES)
    assert list(store) == PASSAGES
    assert (store[0], store[-1], store[5:8]) == (PASSAGES[0], PASSAGES[-1], PASSAGES[5:8])


@pytest.mark.parametrize("place", [3_000, -3_001])
def test_a_passage_that_is_not_there_is_an_error(store: PassageStore, place: int) -> None:
    with pytest.raises(IndexError):
        store[place]


def test_only_the_passage_asked_for_is_decoded(tmp_path: Path) -> None:
    save_passages(PASSAGES[:3], tmp_path / "passages.jsonl")
    content = (tmp_path / "passages.jsonl").read_bytes()
    (tmp_path / "passages.jsonl").write_bytes(content.replace(b'{"id":"1"', b'["id":"1"'))
    assert PassageStore.load(tmp_path / "passages.jsonl")[2] == PASSAGES[2]
