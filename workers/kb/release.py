"""A release of the knowledge base: written as a directory, loaded by memory map, searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from workers.domain.passage import Passage
from workers.kb.disk import files_below, sync_tree
from workers.kb.lexical import LexicalIndex
from workers.kb.manifest import (
    MANIFEST,
    RECIPE,
    EmbeddingModel,
    Manifest,
    check_contents,
    check_embedding,
    encode,
    proof_of,
    read_manifest,
    seal,
    unusable,
)
from workers.kb.search import rank
from workers.kb.vectors import VectorIndex
from workers.ports import Embeddings, ReleaseUnusable, Vectors

VECTORS: Final = "vectors.faiss"
LEXICAL: Final = "lexical"
PASSAGES: Final = "passages.jsonl"

decode_passages = msgspec.json.Decoder(Passage).decode_lines
encode_passages = msgspec.json.Encoder().encode_lines


@dataclass(frozen=True, slots=True)
class Release:
    """A loaded release; any number of threads may search it at once."""

    manifest: Manifest
    passages: Sequence[Passage]
    vectors: VectorIndex
    lexical: LexicalIndex

    @property
    def id(self) -> str:
        """The release's name, which sorts by time."""
        return self.manifest.release

    def search(self, question: str, vector: Vectors | None, limit: int) -> list[Passage]:
        """Return at most `limit` passages with their scores, the best first.

        `vector` is the question's unit vector of shape (dimension,); without one, words alone decide.
        """
        ranked = rank(question, vector, self.lexical, self.vectors, limit)
        return [
            replace(self.passages[position], score=score)
            for position, score in zip(ranked.positions.tolist(), ranked.scores.tolist(), strict=True)
        ]


def write_release(
    folder: Path, passages: Sequence[Passage], vectors: Vectors, embeddings: Embeddings, sources: Mapping[str, str]
) -> Manifest:
    """Write a release's files into the empty folder, down to the disk, and return its manifest.

    `vectors` are unit vectors of shape (passages, dimension), `sources` the hashes of the documents. Raises OSError.
    """
    VectorIndex.of(vectors).save(folder / VECTORS)
    LexicalIndex.of(passages).save(folder / LEXICAL)
    (folder / PASSAGES).write_bytes(encode_passages(passages))
    manifest = seal(
        Manifest(
            release="",
            created_at="",
            recipe=RECIPE,
            embedding=EmbeddingModel(name=embeddings.name, dimension=vectors.shape[1]),
            passages=len(passages),
            documents=len({passage.source for passage in passages}),
            sources=dict(sources),
            files={name: proof_of(folder / name) for name in files_below(folder)},
        )
    )
    (folder / MANIFEST).write_bytes(encode(manifest))
    sync_tree(folder)
    return manifest


def load_release(folder: Path, embeddings: Embeddings) -> Release:
    """Load the release in the folder after proving that it is whole and made with these embeddings.

    Raises ReleaseUnusable, which names the file and says what to do.
    """
    manifest = read_manifest(folder)
    check_embedding(manifest, embeddings)
    check_contents(folder, manifest)
    try:
        vectors = VectorIndex.load(folder / VECTORS)
        lexical = LexicalIndex.load(folder / LEXICAL)
        passages = decode_passages((folder / PASSAGES).read_bytes())
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ReleaseUnusable(f"Release {folder.name} can't be read: {error}. Run `frontdesk kb build`.") from error
    if not len(passages) == len(vectors) == manifest.passages:
        raise unusable(folder, PASSAGES, f"has {len(passages)} passages for {len(vectors)} vectors")
    return Release(manifest, passages, vectors, lexical)
