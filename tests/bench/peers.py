"""Other vector stores on our vectors, run by the Python they are installed in: `-m tests.bench.peers NAME FOLDER`."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tests.bench.searching import RECALL_AT, RESULTS, measure, recall

BATCH: Final = 5_000  # texts added at once; chromadb takes few more
# What chromadb looks at in its graph. Its own 100 finds too little here to be compared; more takes longer.
SEARCH_WIDTH: Final = 200

Vectors = npt.NDArray[np.float32]
Find = Callable[[Vectors, int], Sequence[int]]


def langchain(texts: Sequence[str], vectors: Vectors, _folder: Path) -> Find:
    """Fill langchain's FAISS store as its documentation says: a flat index, and the texts in a dictionary."""
    import faiss  # noqa: PLC0415 - only where the peers are installed
    from langchain_community.vectorstores import FAISS  # noqa: PLC0415
    from langchain_core.embeddings import Embeddings  # noqa: PLC0415

    class NoEmbeddings(Embeddings):  # type: ignore[misc]
        def embed_documents(self, _texts: list[str]) -> list[list[float]]:
            raise NotImplementedError

        def embed_query(self, _text: str) -> list[float]:
            raise NotImplementedError

    faiss.omp_set_num_threads(1)
    pairs = zip(texts, vectors.tolist(), strict=True)
    places = [{"place": place} for place in range(len(texts))]
    store = FAISS.from_embeddings(pairs, NoEmbeddings(), metadatas=places)
    return lambda vector, limit: [
        found.metadata["place"] for found in store.similarity_search_by_vector(vector.tolist(), k=limit)
    ]


def chroma(texts: Sequence[str], vectors: Vectors, folder: Path) -> Find:
    """Fill a chromadb collection on the disk, without its telemetry."""
    import chromadb  # noqa: PLC0415 - as above
    from chromadb.config import Settings  # noqa: PLC0415

    client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    graph = {"space": "ip", "ef_search": SEARCH_WIDTH}
    collection = client.create_collection("passages", configuration={"hnsw": graph}, embedding_function=None)
    for start in range(0, len(texts), BATCH):
        part = slice(start, start + BATCH)
        ids = [str(place) for place in range(start, min(start + BATCH, len(texts)))]
        collection.add(ids=ids, embeddings=vectors[part], documents=list(texts[part]))

    def find(vector: Vectors, limit: int) -> list[int]:
        found = collection.query(query_embeddings=vector[np.newaxis], n_results=limit, include=["documents"])
        return [int(place) for place in found["ids"][0]]

    return find


PEERS: Final = {"langchain": langchain, "chromadb": chroma}


def main(name: str, folder: Path) -> dict[str, Any]:
    """Fill a store, ask it, and return what was measured."""
    texts = json.loads((folder / "texts.json").read_text())
    vectors, asked, exact = (np.load(folder / f"{part}.npy") for part in ("vectors", "questions", "exact"))
    started = time.perf_counter()
    find = PEERS[name](texts, vectors, folder / name)
    filled = time.perf_counter() - started
    found = [find(vector, RECALL_AT) for vector in asked[: len(exact)]]
    seen = measure(lambda number: find(asked[number], RESULTS), len(asked))
    return {"system": name, "recall": recall(found, exact), "filled_seconds": round(filled, 1)} | seen


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
