"""Which passages hold which word, and what it adds to their scores: mapped, and summed up for the best only."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from workers.domain.ranking import Positions, Scores, best
from workers.kb.mapped import Strings, map_array

WORDS: Final = "words.txt"
STARTS: Final = "starts.npy"
ROWS: Final = "rows.npy"
SCORES: Final = "scores.npy"
CEILINGS: Final = "ceilings.npy"

CACHED_WORDS: Final = 20_000
SLACK: Final = 1e-4  # more than sums of float32 taken in another order differ by

Rows = npt.NDArray[np.int32]


class Lists(NamedTuple):
    """What each word's list holds: that of word n stands from starts[n] to starts[n + 1]."""

    starts: npt.NDArray[np.int64]
    rows: Rows
    """Positions of passages, in ascending order within a list."""
    scores: Scores
    """What the word adds to the passage's score, above 0."""


class Sums(NamedTuple):
    """Positions of passages in ascending order, and what the words asked for add up to in each."""

    positions: Positions
    sums: Scores


class Postings:
    """The lists of all words, numbered in the words' order; any number of threads may read them at once."""

    def __init__(self, words: Strings, lists: Lists, ceilings: Scores, passages: int) -> None:
        self._words = words
        self._lists = lists
        # A tenth of the time that numpy takes for one number.
        self._bounds, self._rows = lists.starts.data, lists.rows.data
        self._ceilings = ceilings.data
        self._passages = passages
        self._numbers = lru_cache(CACHED_WORDS)(self._find)

    @classmethod
    def of(cls, numbers: Mapping[str, int], lists: Lists, passages: int) -> Self:
        """Keep the lists, whose words are numbered in any order; none is empty."""
        words = sorted((word.encode() + b"\n", number) for word, number in numbers.items() if word)
        order = np.array([number for _, number in words], dtype=np.int64)
        lengths = np.diff(lists.starts)[order]
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        taken = np.repeat(lists.starts[:-1][order] - starts[:-1], lengths) + np.arange(starts[-1])
        scores = lists.scores[taken].astype(np.float32, copy=False)
        kept = Lists(starts, lists.rows[taken].astype(np.int32, copy=False), scores)
        ceilings = np.maximum.reduceat(scores, starts[:-1])
        return cls(Strings.of([word for word, _ in words]), kept, ceilings, passages)

    @classmethod
    def load(cls, folder: Path, passages: int) -> Self:
        """Map the lists that were saved in the folder. Raises OSError or ValueError."""
        lists = Lists(*(map_array(folder / name) for name in (STARTS, ROWS, SCORES)))
        return cls(Strings.load(folder / WORDS), lists, map_array(folder / CEILINGS), passages)

    def save(self, folder: Path) -> None:
        """Write the lists into the folder, which is made. Raises OSError."""
        folder.mkdir()
        self._words.save(folder / WORDS)
        np.save(folder / STARTS, self._lists.starts)
        np.save(folder / ROWS, self._lists.rows)
        np.save(folder / SCORES, self._lists.scores)
        np.save(folder / CEILINGS, np.asarray(self._ceilings))

    def __len__(self) -> int:
        return len(self._words)

    @property
    def passages(self) -> int:
        """How many passages there are, those without a word included."""
        return self._passages

    def number(self, word: str) -> int | None:
        """Return the word's number, None when no passage holds it."""
        return self._numbers(word)

    def _find(self, word: str) -> int | None:
        line = word.encode() + b"\n"
        place = bisect_left(self._words, line)
        return place if place < len(self._words) and self._words[place] == line else None

    def frequency(self, number: int) -> int:
        """Return how many passages hold the word."""
        return int(self._bounds[number + 1] - self._bounds[number])

    def places(self, number: int, positions: Sequence[int]) -> Iterator[int]:
        """Return which of a few passages hold the word: their places among `positions`."""
        start, end = self._bounds[number], self._bounds[number + 1]
        for place, position in enumerate(positions):
            found = bisect_left(self._rows, position, start, end)
            if found < end and self._rows[found] == position:
                yield place

    def sums(self, numbers: Collection[int]) -> Scores:
        """Return the sum of every passage for the words with these numbers, reading each one's whole list."""
        sums = np.zeros(self._passages, dtype=np.float32)
        for number in numbers:
            rows, scores = self._list(number)
            sums[rows] += scores
        return sums

    def best(self, numbers: Collection[int], limit: int, besides: Positions | None = None) -> Sums:
        """Return the exact sums of the `limit` passages where they are highest, and of those at `besides`.

        `numbers` are those of the words, each once. They are read in the order of the most that they can add. Once all
        that are left could not lift another passage among the best, they are looked up for the passages in question
        only (MaxScore: Turtle and Flood, 1995), so the long lists of common words are seldom read.
        """
        ceilings = {number: self._ceilings[number] for number in numbers}
        waiting = sorted(numbers, key=ceilings.__getitem__)
        sums, seen = np.zeros(self._passages, dtype=np.float32), list[Rows]()
        whole = left = sum(ceilings.values())
        threshold = 0.0
        while waiting and threshold <= left + SLACK:
            number = waiting.pop()
            left -= ceilings[number]
            self._add(sums, seen, number)
            if waiting and whole - left > left:  # else what was added can't be more than what is left
                threshold = _at_rank(sums, seen, limit)
        found = np.concatenate([*seen, np.empty(0, np.int32)])
        hopeful = found[sums[found] + left >= threshold - SLACK] if waiting else found
        wanted = _ascending(hopeful if besides is None else np.concatenate([hopeful, besides.astype(np.int32)]))
        exact = sums[wanted]
        for number in waiting:
            self._look_up(exact, wanted, number)
        return _chosen(wanted, exact, limit, besides)

    def _add(self, sums: Scores, seen: list[Rows], number: int) -> None:
        """Add a word's whole list to the sums, and to `seen` the passages that had nothing before."""
        rows, scores = self._list(number)
        before = sums[rows]
        seen.append(rows[before == 0] if seen else rows)
        sums[rows] = before + scores  # a passage stands at most once in a list

    def _look_up(self, sums: Scores, positions: Rows, number: int) -> None:
        """Add a word's scores at these positions only."""
        rows, scores = self._list(number)
        places = np.minimum(np.searchsorted(rows, positions), len(rows) - 1)
        sums += np.where(rows[places] == positions, scores[places], np.float32(0))

    def _list(self, number: int) -> tuple[Rows, Scores]:
        part = slice(self._bounds[number], self._bounds[number + 1])
        return self._lists.rows[part], self._lists.scores[part]


def _ascending(positions: Rows) -> Rows:
    """Return the positions in order and each once, in a third of the time that numpy.unique takes for so few."""
    ordered = np.sort(positions)
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def _at_rank(sums: Scores, seen: list[Rows], rank: int) -> float:
    """Return the sum that so many passages reach, 0 when they are fewer."""
    if sum(map(len, seen)) < rank:
        return 0.0
    reached = sums[np.concatenate(seen)]
    return float(np.partition(reached, -rank)[-rank])


def _chosen(wanted: Rows, sums: Scores, limit: int, besides: Positions | None) -> Sums:
    kept = np.zeros(len(wanted), dtype=np.bool_)
    kept[best(sums, limit)] = True
    if besides is not None:
        kept[np.searchsorted(wanted, besides)] = True
    chosen = np.flatnonzero(kept)
    return Sums(wanted[chosen].astype(np.int64), sums[chosen])
