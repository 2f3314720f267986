"""Loads a release and searches it, as a worker does: `python -m tests.bench.search_worker ROOT FOLDER`."""

import asyncio
import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from tests.bench.searching import AT_ONCE, RECALL_AT, RESULTS, crowd, measure, recall
from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.kb.publish import current_release
from workers.kb.release import Release, load_release


def say(message: dict[str, Any]) -> None:
    """Tell the parent, and wait until it has looked."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
    sys.stdin.readline()


def load(folder: Path) -> Release:
    """Load the release that the pointer in the folder names."""
    release = current_release(folder)
    if release is None:
        raise FileNotFoundError(folder)
    return load_release(release, BundledEmbeddings())


def main(root: Path, folder: Path) -> None:
    """Load, search, and stay until told to go."""
    faiss.omp_set_num_threads(1)
    asked = json.loads((folder / "questions.json").read_text())
    vectors, exact = np.load(folder / "questions.npy"), np.load(folder / "exact.npy")
    asyncio.run(BundledEmbeddings().embed(asked[:10]))
    gc.collect()
    say({"phase": "bare"})
    started = time.perf_counter()
    release = load(root)
    loaded = time.perf_counter() - started
    for question, vector in zip(asked, vectors, strict=True):
        release.search(question, vector, RESULTS)
    say({"phase": "loaded", "load_seconds": round(loaded, 3)})

    def search(number: int) -> object:
        return release.search(asked[number], vectors[number], RESULTS)

    shared = crowd(search, len(asked), 1, AT_ONCE // 2)
    say({"phase": "shared", "searches_per_second": shared["searches_per_second"]})
    found = [release.vectors.nearest(vector, RECALL_AT).tolist() for vector in vectors[: len(exact)]]
    seen = measure(search, len(asked))
    say({"phase": "measured", "recall": recall(found, exact)} | seen)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
