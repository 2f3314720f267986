"""A release of the knowledge base: written as a directory, loaded by memory map, searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from workers.domain.evidence import LOOKED_AT, Evidence, share_of, thing_asked, weigh
from workers.domain.passage import Found, Passage
from workers.domain.ranking import alike, answerable, looked_again
from workers.kb.disk import files_below, sync, sync_tree
from workers.kb.lexical import LexicalIndex, Weights
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
from workers.kb.passage_store import PassageStore, save_passages
from workers.kb.phrases import PhraseIndex, phrases_of
from workers.kb.search import Ranked, rank
from workers.kb.vectors import VectorIndex
from workers.ports import Embeddings, ReleaseUnusable, Vectors

VECTORS: Final = "vectors"
LEXICAL: Final = "lexical"
PHRASES: Final = "phrases"
PASSAGES: Final = "passages.jsonl"
ELSEWHERE: Final = "elsewhere.npy"


@dataclass(frozen=True, slots=True)
class Release:
    """A loaded release; any number of threads may search it at once."""

    manifest: Manifest
    passages: Sequence[Passage]
    vectors: VectorIndex
    lexical: LexicalIndex
    phrases: PhraseIndex
    elsewhere: Vectors | None = None
    """The unit vectors of questions about something else, of shape (questions, dimension)."""

    @property
    def id(self) -> str:
        """The release's name, which sorts by time."""
        return self.manifest.release

    def in_its_words(self, question: str) -> str:
        """Return the question as the documents would word it: what to embed before searching."""
        return self.lexical.in_its_words(question)

    def search(self, question: str, vector: Vectors | None, limit: int) -> list[Passage]:
        """Return at most `limit` passages with their scores, the best first.

        `vector` is the question's unit vector of shape (dimension,); without one, words alone decide.
        """
        return self._passages_of(self._rank(self._weights(question), vector, limit))[:limit]

    def find(self, question: str, vector: Vectors | None, limit: int) -> Found:
        """Return what `search` does, and whether the question can be answered from it."""
        worded = self.in_its_words(question)
        weights = self.lexical.weights(worded)
        ranked = self._rank(weights, vector, limit)
        passages = self._passages_of(ranked)
        judge = self.manifest.judge
        if (
            judge is None or not judge.is_of_today or vector is None or not passages
        ):  # it was fitted with meanings known
            return Found(passages[:limit], answerable(passages), worded)
        evidence = self._evidence(question, weights, ranked, self._likeness(vector, ranked))
        return Found(passages[:limit], judge.is_answerable(evidence), worded)

    def evidence(self, question: str, vector: Vectors, itself: int | None = None) -> Evidence:
        """Return the signs that the passages answer a question, the one numbered `itself` among those elsewhere."""
        weights = self._weights(question)
        ranked = self._rank(weights, vector, LOOKED_AT)
        return self._evidence(question, weights, ranked, self._likeness(vector, ranked, itself))

    def _evidence(self, question: str, weights: Weights, ranked: Ranked, likeness: tuple[float, float]) -> Evidence:
        positions = ranked.positions[:LOOKED_AT].tolist()
        carried = self.lexical.carried(weights, positions)
        with_words = list(zip(map(self.passages.__getitem__, positions), carried, strict=True))
        weights = self.lexical.in_evidence(weights, question, set().union(*carried))
        asked = thing_asked(question)
        thing = weights.keys() & self._weights(asked).keys() if asked else frozenset[str]()
        return weigh(question, weights, thing, with_words, likeness)

    def _rank(self, weights: Weights, vector: Vectors | None, limit: int) -> Ranked:
        """Return at least `limit` passages, if there are as many, the best of them looked at again word by word."""
        ranked = rank(weights, vector, self, max(limit, LOOKED_AT))
        carried, same = np.zeros_like(ranked.scores), np.zeros_like(ranked.scores)
        positions = ranked.positions[:LOOKED_AT].tolist()
        for place, words in enumerate(self.lexical.carried(weights, positions)):
            carried[place] = share_of(weights, words)
            question = self.passages[positions[place]].question
            same[place] = alike(weights, self.lexical.weights(question)) if question else carried[place]
        scores = looked_again(ranked.scores, carried, same)
        order = np.argsort(-scores, kind="stable")
        return Ranked(ranked.positions[order], scores[order], ranked.likeness[order])

    def _weights(self, question: str) -> Weights:
        return self.lexical.weights(self.in_its_words(question))

    def _likeness(self, vector: Vectors, ranked: Ranked, itself: int | None = None) -> tuple[float, float]:
        """Return how near in meaning the nearest passage is, and the nearest question about something else."""
        near = max(ranked.likeness[:LOOKED_AT].tolist(), default=0.0)
        if self.elsewhere is None:
            return near, 0.0
        elsewhere = self.elsewhere @ vector
        if itself is not None:
            elsewhere[itself] = 0
        return near, float(elsewhere.max(initial=0))

    def _passages_of(self, ranked: Ranked) -> list[Passage]:
        return [
            self.passages[position].scored(score)
            for position, score in zip(ranked.positions.tolist(), ranked.scores.tolist(), strict=True)
        ]


def write_release(
    folder: Path, passages: Sequence[Passage], vectors: Vectors, embeddings: Embeddings, sources: Mapping[str, str]
) -> Manifest:
    """Write a release's files into the empty folder, down to the disk, and return its manifest.

    `vectors` are unit vectors of shape (texts, dimension), one of each of `embedded_texts`; `sources` are the hashes of
    the documents. Raises OSError.
    """
    VectorIndex.of(vectors[: len(passages)]).save(folder / VECTORS)
    PhraseIndex.of(phrases_of(passages), vectors[len(passages) :]).save(folder / PHRASES)
    LexicalIndex.of(passages).save(folder / LEXICAL)
    save_passages(passages, folder / PASSAGES)
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
    write_manifest(folder, manifest)
    sync_tree(folder)
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a manifest, down to the disk, into a release that is not finished yet. Raises OSError."""
    (folder / MANIFEST).write_bytes(encode(manifest))
    sync(folder / MANIFEST)


def load_release(folder: Path, embeddings: Embeddings) -> Release:
    """Load the release in the folder after proving that it is whole and made with these embeddings.

    Raises ReleaseUnusable, which names the file and says what to do.
    """
    manifest = read_manifest(folder)
    check_embedding(manifest, embeddings)
    check_contents(folder, manifest)
    return open_release(folder, manifest)


def open_release(folder: Path, manifest: Manifest) -> Release:
    """Load a release that is just being written, proving nothing. Raises ReleaseUnusable."""
    try:
        vectors = VectorIndex.load(folder / VECTORS)
        lexical = LexicalIndex.load(folder / LEXICAL, manifest.passages)
        phrases = PhraseIndex.load(folder / PHRASES)
        passages = PassageStore.load(folder / PASSAGES)
        elsewhere = (
            np.load(folder / ELSEWHERE, mmap_mode="r", allow_pickle=False) if (folder / ELSEWHERE).exists() else None
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ReleaseUnusable(f"Release {folder.name} can't be read: {error}. Run `frontdesk kb build`.") from error
    if not len(passages) == len(vectors) == manifest.passages:
        raise unusable(folder, PASSAGES, f"has {len(passages)} passages for {len(vectors)} vectors")
    return Release(manifest, passages, vectors, lexical, phrases, elsewhere)
