"""Building a release: sources → passages → vectors → indexes → publish."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from shared.errors import PermanentError
from workers.domain.passage import Passage
from workers.kb.manifest import RECIPE, EmbeddingModel, Manifest, check_contents, check_sizes, read_manifest
from workers.kb.passages import heading_text, plain, split
from workers.kb.publish import (
    current_release,
    finish,
    only_build_in,
    open_unfinished,
    publish,
)
from workers.kb.release import write_release
from workers.kb.sources import KINDS, Problem, Sources, hash_sources, read_sources
from workers.kb.vector_cache import Progress, VectorCache
from workers.ports import Embeddings, ReleaseUnusable, Vectors

INDEX: Final = ".index"
CACHE: Final = "cache/vectors.db"

T = TypeVar("T")


class BuildFailed(PermanentError):
    """No release could be built from these documents."""

    code = "kb_build_failed"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    release: str
    """The release that was built, or the current one where none had to be."""
    built: bool
    """False when the current release already was what a build would have made."""
    documents: int
    passages: int
    embedded: int
    """How many texts had to be embedded; the others were known."""
    problems: tuple[Problem, ...]
    """The documents that were skipped."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Content:
    """The documents as passages."""

    sources: Sources
    passages: tuple[Passage, ...]
    problems: tuple[Problem, ...]


def index_folder(kb_dir: Path) -> Path:
    """Return where releases of the documents in `kb_dir` are kept."""
    return kb_dir / INDEX


def nothing(_done: int, _total: int) -> None:
    """Show no progress."""


async def build_release(
    kb_dir: Path,
    embeddings: Embeddings,
    *,
    strict: bool = False,
    force: bool = False,
    on_progress: Progress = nothing,
) -> BuildReport:
    """Build a release from the documents in `kb_dir` and publish it, unless the current one is what it would be.

    Arguments and errors are those of `build_beside`; whoever calls it drops old releases.
    """
    report = await build_beside(kb_dir, embeddings, strict=strict, force=force, on_progress=on_progress)
    if report.built:
        await _to_the_end(asyncio.to_thread(publish, index_folder(kb_dir), report.release))
    return report


async def build_beside(
    kb_dir: Path,
    embeddings: Embeddings,
    *,
    strict: bool = False,
    force: bool = False,
    on_progress: Progress = nothing,
) -> BuildReport:
    """Build a release from the documents in `kb_dir`, unless the current one is what it would be.

    `strict` refuses to skip a document, `force` builds in any case; `on_progress` gets the passages embedded so far
    and their number. Raises BuildFailed, BuildRunning, and what the embeddings raise; the current release stays.
    """
    started = time.monotonic()
    root = _checked_folder(kb_dir)
    try:
        with only_build_in(root):
            content = await asyncio.to_thread(read_content, kb_dir)
            _check(kb_dir, content, strict=strict)
            cache = VectorCache(root / CACHE, embeddings)
            manifest = None if force else await asyncio.to_thread(_still_current, root, content.sources, embeddings)
            built = manifest is None
            if manifest is None:
                vectors = await cache.embed([embedded_text(passage) for passage in content.passages], on_progress)
                manifest = await _to_the_end(asyncio.to_thread(_write, root, content, vectors, embeddings))
    except OSError as error:
        raise BuildFailed(f"{error.filename or root} can't be written: {error.strerror or error}.") from error
    return BuildReport(
        release=manifest.release,
        built=built,
        documents=manifest.documents,
        passages=manifest.passages,
        embedded=cache.embedded,
        problems=content.problems,
        seconds=time.monotonic() - started,
    )


def sources_changed(kb_dir: Path, embeddings: Embeddings) -> bool:
    """Whether a build would make a new release: documents or embeddings changed, or no whole release is there.

    Reads the documents' bytes and the manifest, no more.
    """
    try:
        manifest = _current_manifest(index_folder(kb_dir), check_sizes)
    except ReleaseUnusable:
        return True
    return manifest is None or not _made_from(manifest, hash_sources(kb_dir), embeddings)


def read_content(kb_dir: Path) -> Content:
    """Read and split every document."""
    sources = read_sources(kb_dir)
    passages, problems = list[Passage](), list(sources.problems)
    for document in sources.documents:
        found = split(document)
        passages += found
        if not found:
            problems.append(Problem(document.source, "says nothing below its headings.", document.sha256))
    return Content(sources, tuple(passages), tuple(problems))


def embedded_text(passage: Passage) -> str:
    """Return the words that stand for the passage's meaning: where it stands, then what it says."""
    return f"{heading_text(passage)}\n{plain(passage.text)}"


def _checked_folder(kb_dir: Path) -> Path:
    if not kb_dir.is_dir():
        raise BuildFailed(f"There is no folder {kb_dir}. Make it, or say with KB_DIR or --kb where your documents are.")
    return index_folder(kb_dir)


def _check(kb_dir: Path, content: Content, *, strict: bool) -> None:
    if strict and content.problems:
        raise BuildFailed("\n".join(["Nothing was built:", *map(str, content.problems)]))
    if not content.passages:
        skipped = "".join(f"\n{problem}" for problem in content.problems)
        raise BuildFailed(f"There is no document to answer from in {kb_dir} ({', '.join(sorted(KINDS))}).{skipped}")


def _still_current(root: Path, sources: Sources, embeddings: Embeddings) -> Manifest | None:
    """Return the manifest of the current release when it is whole and what a build would make."""
    try:
        manifest = _current_manifest(root, check_contents)
    except ReleaseUnusable:
        return None
    return manifest if manifest and _made_from(manifest, sources.hashes, embeddings) else None


def _current_manifest(root: Path, check: Callable[[Path, Manifest], None]) -> Manifest | None:
    folder = current_release(root)
    if folder is None:
        return None
    manifest = read_manifest(folder)
    check(folder, manifest)
    return manifest


def _made_from(manifest: Manifest, hashes: dict[str, str], embeddings: Embeddings) -> bool:
    embedding = EmbeddingModel(name=embeddings.name, dimension=embeddings.dimension)
    return (manifest.recipe, manifest.embedding, manifest.sources) == (RECIPE, embedding, hashes)


async def _to_the_end(work: Coroutine[None, None, T]) -> T:
    """Await a thread's work even when cancelled: it can't be stopped, and the lock has to outlive it."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _write(root: Path, content: Content, vectors: Vectors, embeddings: Embeddings) -> Manifest:
    unfinished = open_unfinished(root)
    manifest = write_release(unfinished, content.passages, vectors, embeddings, content.sources.hashes)
    finish(unfinished, manifest.release)
    return manifest
