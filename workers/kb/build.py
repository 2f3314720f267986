"""Building a release: sources → passages → vectors → indexes → examination → publish."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar, cast

from shared.errors import PermanentError
from workers.domain.passage import Passage
from workers.kb.checking import AnswersWorse
from workers.kb.duplicates import fold
from workers.kb.examination import Examined, Examiner
from workers.kb.golden import GOLDEN
from workers.kb.manifest import RECIPE, EmbeddingModel, Manifest, check_contents, check_sizes, read_manifest
from workers.kb.passages import heading_text, plain, split
from workers.kb.phrases import phrases_of
from workers.kb.publish import (
    current_release,
    finish,
    only_build_in,
    open_unfinished,
    pointer_state,
    publish,
)
from workers.kb.readers.cache import ReadingCache
from workers.kb.readers.kinds import KINDS
from workers.kb.release import Release, open_release, write_release
from workers.kb.sources import Problem, Sources, hash_sources, read_sources
from workers.kb.vector_cache import Progress, VectorCache
from workers.ports import Embeddings, ReleaseUnusable, Vectors

T = TypeVar("T")

INDEX: Final = ".index"
CACHE: Final = "cache/vectors.db"
READINGS: Final = "cache/readings.db"
NOT_PUBLISHED: Final = (
    "Release {release} was built and not published, because it answers golden.jsonl too badly. Mend the "
    "documents or the questions and build again, or publish it all the same: `frontdesk kb publish {release}`."
)


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
    """The documents that were skipped, and what is wrong with golden questions."""
    seconds: float
    folded: int = 0
    """How many passages were left out because an earlier one says the same."""
    failings: tuple[str, ...] = ()
    """What the golden questions say against publishing it."""

    def check_answers(self) -> None:
        """Raise AnswersWorse when the golden questions speak against publishing it."""
        if self.failings:
            raise AnswersWorse("\n".join([NOT_PUBLISHED.format(release=self.release), *self.failings]))


@dataclass(frozen=True, slots=True)
class Content:
    """The documents as passages."""

    sources: Sources
    passages: tuple[Passage, ...]
    problems: tuple[Problem, ...]
    folded: int
    """How many passages were left out because an earlier one says the same."""


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

    Arguments and errors are those of `build_beside`, and AnswersWorse; whoever calls it drops old releases.
    """
    report = await build_beside(kb_dir, embeddings, strict=strict, force=force, on_progress=on_progress)
    if report.built:
        report.check_answers()
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

    `strict` refuses to skip a document, `force` builds in any case; `on_progress` gets the number of texts embedded
    so far, and of all. Raises BuildFailed, BuildRunning, RowsUnusable, and what the embeddings raise; the current
    release stays.
    """
    started = time.monotonic()
    root = _checked_folder(kb_dir)
    made: Examined | None = None
    try:
        with only_build_in(root):
            current = (
                None if force else await asyncio.to_thread(_still_current, root, kb_dir, embeddings, check_contents)
            )
            if current and current.documents == len(current.sources):  # all well: hashing them was enough
                return _unchanged(current, time.monotonic() - started)
            content = await asyncio.to_thread(read_content, kb_dir)
            _check(kb_dir, content, strict=strict)
            cache = VectorCache(root / CACHE, embeddings)
            if not current or current.sources != content.sources.hashes:
                vectors = await cache.embed(embedded_texts(content.passages), on_progress)
                # With a cache of its own, so that what is told of the documents' texts leaves out the questions.
                examiner = Examiner(kb_dir, root, embeddings, VectorCache(root / CACHE, embeddings))
                made = await _to_the_end(_made(examiner, content, vectors))
    except OSError as error:
        raise BuildFailed(f"{error.filename or root} can't be written: {error.strerror or error}.") from error
    examined = made or Examined(cast("Manifest", current), None)
    report = _report(examined, content, time.monotonic() - started)
    if pointer_state(root) is None:  # a desk without a release would answer nothing at all
        told = [Problem(GOLDEN, sentence, "") for sentence in report.failings]
        report = replace(report, problems=(*report.problems, *told), failings=())
    return replace(report, built=made is not None, embedded=cache.embedded)


def sources_changed(kb_dir: Path, embeddings: Embeddings) -> bool:
    """Whether a build would make a new release: documents or embeddings changed, or no whole release is there.

    Reads the documents' bytes and the manifest, no more.
    """
    return _still_current(index_folder(kb_dir), kb_dir, embeddings, check_sizes) is None


def read_content(kb_dir: Path) -> Content:
    """Read and split every document, and keep one of the passages that say the same."""
    sources = read_sources(kb_dir, ReadingCache(index_folder(kb_dir) / READINGS))
    passages, problems = list[Passage](), list(sources.problems)
    for document in sources.documents:
        found = split(document)
        passages += found
        if not found:
            problems.append(Problem(document.source, "says nothing below its headings.", document.sha256))
    kept = fold(passages)
    return Content(sources, tuple(kept), tuple(problems), folded=len(passages) - len(kept))


def embedded_texts(passages: Sequence[Passage]) -> list[str]:
    """Return the texts that a release has vectors of: what stands for each passage's meaning, then their phrases."""
    return [f"{heading_text(passage)}\n{plain(passage.text)}" for passage in passages] + phrases_of(passages).texts


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


def _report(examined: Examined, content: Content, seconds: float) -> BuildReport:
    gone = [Problem(GOLDEN, sentence, "") for sentence in examined.gone]
    return replace(
        _unchanged(examined.manifest, seconds),
        problems=(*content.problems, *gone),
        folded=content.folded,
        failings=examined.verdict.failings if examined.verdict else (),
    )


def _unchanged(manifest: Manifest, seconds: float) -> BuildReport:
    return BuildReport(
        release=manifest.release,
        built=False,
        documents=manifest.documents,
        passages=manifest.passages,
        embedded=0,
        problems=(),
        seconds=seconds,
    )


def _still_current(
    root: Path, kb_dir: Path, embeddings: Embeddings, check: Callable[[Path, Manifest], None]
) -> Manifest | None:
    """Return the manifest of the current release when it is what a build would make, and `check` finds it whole."""
    try:
        folder = current_release(root)
        manifest = read_manifest(folder) if folder else None
        if folder is None or manifest is None or not _made_from(manifest, hash_sources(kb_dir), embeddings):
            return None
        check(folder, manifest)  # at last: it may read every file of a release that is of no more use
    except ReleaseUnusable:
        return None
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


async def _made(examiner: Examiner, content: Content, vectors: Vectors) -> Examined:
    release, folder = await asyncio.to_thread(_write, examiner, content, vectors)
    examined = await examiner.examine(release, folder)
    await asyncio.to_thread(finish, folder, examined.manifest.release)
    return examined


def _write(examiner: Examiner, content: Content, vectors: Vectors) -> tuple[Release, Path]:
    folder = open_unfinished(examiner.root)
    manifest = write_release(folder, content.passages, vectors, examiner.embeddings, content.sources.hashes)
    return open_release(folder, manifest), folder
