"""Summing up for the best only finds what summing up for every passage finds."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.domain.ranking import Scores, best
from workers.kb.postings import Lists, Postings, Sums

PASSAGES, WORDS = 3_000, 400


def lists(seed: int = 1) -> Lists:
    """Return lists as long as words are common: the first stands in half of the passages, the last in one or two."""
    rng = np.random.default_rng(seed)
    lengths = np.maximum(PASSAGES // 2 // np.arange(1, WORDS + 1), 1)
    rows = np.concatenate([np.sort(rng.choice(PASSAGES, size=length, replace=False)) for length in lengths])
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    rarity = np.repeat(np.log(1 + PASSAGES / lengths), lengths)
    return Lists(starts, rows.astype(np.int32), (rarity * rng.uniform(0.2, 1, len(rows))).astype(np.float32))


LISTS = lists()
NAMES = {f"word{number:03}": number for number in range(WORDS)}


def all_sums(numbers: set[int]) -> Scores:
    sums = np.zeros(PASSAGES, dtype=np.float32)
    for number in numbers:
        part = slice(LISTS.starts[number], LISTS.starts[number + 1])
        sums[LISTS.rows[part]] += LISTS.scores[part]
    return sums


POSTINGS = Postings.of(NAMES, LISTS, PASSAGES)
asked = st.sets(st.integers(0, WORDS - 1), max_size=9)


@given(asked, st.integers(1, 60), st.lists(st.integers(0, PASSAGES - 1), max_size=5, unique=True))
def test_the_best_and_those_besides_have_their_exact_sums(numbers: set[int], limit: int, besides: list[int]) -> None:
    expected = all_sums(numbers)
    np.testing.assert_allclose(POSTINGS.sums(numbers), expected, rtol=1e-5)
    found = POSTINGS.best(numbers, limit, np.array(besides, dtype=np.int64))
    np.testing.assert_allclose(found.sums, expected[found.positions], rtol=1e-5)
    assert (np.diff(found.positions) > 0).all()
    assert set(besides) <= set(found.positions.tolist())
    highest = np.sort(found.sums)[::-1][:limit]
    np.testing.assert_allclose(highest[highest > 0], expected[best(expected, limit)][: len(highest)], rtol=1e-5)


@given(st.integers(0, WORDS - 1), st.lists(st.integers(0, PASSAGES - 1), max_size=9))
def test_a_few_passages_hold_a_word_when_they_stand_in_its_list(number: int, positions: list[int]) -> None:
    its = set(LISTS.rows[LISTS.starts[number] : LISTS.starts[number + 1]].tolist())
    places = [place for place, position in enumerate(positions) if position in its]
    assert list(POSTINGS.places(number, positions)) == places


def test_the_long_list_of_a_common_word_is_only_looked_up() -> None:
    rows = LISTS.rows.copy()
    rows[LISTS.starts[1] - 1] = PASSAGES  # no such passage: adding up the whole list of the first word would fail
    postings = Postings.of(NAMES, LISTS._replace(rows=rows), PASSAGES)
    assert len(postings.best([0, 20, 30], 5).positions) == 5
    with pytest.raises(IndexError):
        postings.best([0], 5)


def test_words_have_a_number_and_a_frequency(tmp_path: Path) -> None:
    names = {"kayak": 1, "café": 0, "zebra": 3, "kay": 2}
    starts = np.array([0, 2, 3, 4, 6], dtype=np.int64)
    made = Postings.of(
        names, Lists(starts, np.array([0, 2, 1, 0, 1, 2], np.int32), np.arange(1, 7, dtype=np.float32)), 3
    )
    made.save(tmp_path / "lists")
    for postings in (made, Postings.load(tmp_path / "lists", 3)):
        numbers = {word: postings.number(word) for word in names}
        assert None not in numbers.values()
        frequencies = {word: postings.frequency(number) for word, number in numbers.items() if number is not None}
        assert frequencies == {"kayak": 1, "café": 2, "zebra": 2, "kay": 1}
        assert postings.number("kaya") is postings.number("zz") is postings.number("") is None
        zebra = numbers["zebra"]
        assert zebra is not None
        assert found(postings.best([zebra], 9)) == {1: 5.0, 2: 6.0}


def found(sums: Sums) -> dict[int, float]:
    return dict(zip(sums.positions.tolist(), sums.sums.tolist(), strict=True))


def test_passages_without_any_word_are_an_index_too(tmp_path: Path) -> None:
    nothing = Lists(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))
    Postings.of({}, nothing, 2).save(tmp_path / "lists")
    postings = Postings.load(tmp_path / "lists", 2)
    assert postings.number("word") is None
    assert found(postings.best([], 5, np.array([1]))) == {1: 0.0}
