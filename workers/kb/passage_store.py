"""The passages of a release, decoded one by one when they are asked for, however many there are."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, Self, overload

import msgspec

from workers.domain.passage import Passage
from workers.kb.mapped import Strings

KEPT: Final = 1_000  # decoded ones: the same passages are found again and again

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Passage).decode


class PassageStore(Sequence[Passage]):
    """The passages of a mapped file, in order; loading them takes the same time for ten and for a million."""

    def __init__(self, lines: Strings) -> None:
        self._lines = lines
        self._passage = lru_cache(KEPT)(lambda place: _decode(lines[place]))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Map the passages that were saved at the path. Raises OSError or ValueError."""
        return cls(Strings.load(path))

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> list[Passage]: ...
    def __getitem__(self, place: int | slice) -> Passage | list[Passage]:
        """Decode one passage, or some. Raises IndexError."""
        places = range(len(self))[place]
        if isinstance(places, range):
            return [_decode(self._lines[one]) for one in places]
        return self._passage(places)


def save_passages(passages: Sequence[Passage], path: Path) -> None:
    """Write passages, of which there must be one at least, as lines of JSON. Raises OSError."""
    Strings.of([_encode(passage) + b"\n" for passage in passages]).save(path)
