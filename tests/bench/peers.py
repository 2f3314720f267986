"""Other vector stores on our vectors, run by the Python they are installed in: `-m tests.bench.peers NAME FOLDER`."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tests.bench.searching import AS_GOOD, RECALL_AT, RESULTS, measure, recall

BATCH: Final = 5_000  # texts added at once; chromadb takes few more
# How many passages chromadb looks at in its graph: first as it comes, then until it finds as much.
SEARCH_WIDTHS: Final = (100, 200, 400, 800, 1_600, 3_200)

Vectors = npt.NDArray[np.float32]
Find = Callable[[Vectors, int], Sequence[int]]


@dataclass(frozen=True)
class Store:
    """A store that is filled: how to search it, and how to make it look at more passages where it can."""

    find: Find
    widen: Callable[[int], None] | None = None


def langchain(texts: Sequence[str], vectors: Vectors, _folder: Path) -> Store:
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
    return Store(
        lambda vector, limit: [
            found.metadata["place"] for found in store.similarity_search_by_vector(vector.tolist(), k=limit)
        ]
    )


def chroma(texts: Sequence[str], vectors: Vectors, folder: Path) -> Store:
    """Fill a chromadb collection on the disk, without its telemetry."""
    import chromadb  # noqa: PLC0415 - as above
    from chromadb.config import Settings  # noqa: PLC0415

    client = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    graph = {"space": "ip", "ef_search": SEARCH_WIDTHS[0]}
    collection = client.create_collection("passages", configuration={"hnsw": graph}, embedding_function=None)
    for start in range(0, len(texts), BATCH):
        part = slice(start, start + BATCH)
        ids = [str(place) for place in range(start, min(start + BATCH, len(texts)))]
        collection.add(ids=ids, embeddings=vectors[part], documents=list(texts[part]))

    def find(vector: Vectors, limit: int) -> list[int]:
        found = collection.query(query_embeddings=vector[np.newaxis], n_results=limit, include=["documents"])
        return [int(place) for place in found["ids"][0]]

    return Store(find, lambda width: collection.modify(configuration={"hnsw": {"ef_search": width}}))


PEERS: Final = {"langchain": langchain, "chromadb": chroma}


def main(name: str, folder: Path) -> list[dict[str, Any]]:
    """Fill a store, ask it as it comes and, where that finds too little, as wide as it must look; return both."""
    texts = json.loads((folder / "texts.json").read_text())
    vectors, asked, exact = (np.load(folder / f"{part}.npy") for part in ("vectors", "questions", "exact"))
    store = PEERS[name](texts, vectors, folder / name)

    def found() -> float:
        return recall([store.find(vector, RECALL_AT) for vector in asked[: len(exact)]], exact)

    def measured(system: str, share: float) -> dict[str, Any]:
        seen = measure(lambda number: store.find(asked[number], RESULTS), len(asked))
        return {"system": system, "recall": share} | seen

    results = [measured(name, share := found())]
    for width in SEARCH_WIDTHS[1:]:
        if share >= AS_GOOD or store.widen is None:
            break
        store.widen(width)
        if (share := found()) >= AS_GOOD:
            results.append(measured(f"{name}, ef {width}", share))
    return results


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
