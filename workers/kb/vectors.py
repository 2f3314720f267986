"""The passages' vectors: a faiss index, mapped from the disk, that finds the nearest and tells how near some are."""

from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np

from workers.domain.ranking import Positions, Scores
from workers.ports import Vectors


class VectorIndex:
    """Unit vectors by inner product; the n-th is the n-th passage's. Any number of threads may search it at once."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: Vectors) -> Self:
        """Index unit vectors of shape (passages, dimension)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Map the index that was saved in a file. Raises RuntimeError."""
        # Of faiss's two flags that map a file, only this one maps the vectors of a flat index.
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))

    def save(self, path: Path) -> None:
        """Write the index into a file. Raises RuntimeError."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, vector: Vectors, limit: int) -> Positions:
        """Return the positions of the `limit` vectors nearest to one of shape (dimension,), the nearest first."""
        _, nearest = self._index.search(vector[np.newaxis], min(limit, len(self)))
        found: Positions = nearest[0][nearest[0] >= 0]
        return found

    def cosines(self, positions: Positions, vector: Vectors) -> Scores:
        """Return how near the vectors at these positions are, between -1 and 1, in their order."""
        near: Scores = self._index.reconstruct_batch(positions) @ vector
        return near
