"""Files mapped read-only: nothing is read before it is looked at, and processes share what was."""

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def map_array(path: Path) -> npt.NDArray[Any]:
    """Map an array that was saved as `.npy`. Raises OSError or ValueError."""
    # A plain view: slicing a numpy.memmap costs ten times as much as slicing the array behind it.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


class Strings:
    """Byte strings one after the other, and where each starts; any number of threads may read them."""

    def __init__(self, content: bytes | mmap.mmap, starts: npt.NDArray[np.int64]) -> None:
        self._content = content
        self._starts = starts.data  # a tenth of the time that numpy takes for one number

    @classmethod
    def of(cls, strings: list[bytes]) -> "Strings":
        """Keep strings in memory."""
        starts = np.zeros(len(strings) + 1, dtype=np.int64)
        np.cumsum([len(string) for string in strings], out=starts[1:])
        return cls(b"".join(strings), starts)

    @classmethod
    def load(cls, path: Path) -> "Strings":
        """Map the strings that were saved at the path. Raises OSError or ValueError."""
        with path.open("rb") as file:
            # An empty file can't be mapped.
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
        return cls(content, map_array(starts_of(path)))

    def save(self, path: Path) -> None:
        """Write the strings to the path, readable as they are, and their starts beside it. Raises OSError."""
        path.write_bytes(self._content)
        np.save(starts_of(path), np.asarray(self._starts))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, place: int) -> bytes:
        return self._content[self._starts[place] : self._starts[place + 1]]


def starts_of(path: Path) -> Path:
    """Return the file that says where the strings of another start."""
    return path.with_suffix(".starts.npy")
