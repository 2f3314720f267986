"""Workers search the current release and take up a new one without a blind moment."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import faiss
import pytest
import structlog

from shared.errors import TransientError
from tests.eventually import eventually
from tests.unit.kb.conftest import CountingEmbeddings
from workers.adapters.faiss_index import FaissKnowledgeBase
from workers.domain.passage import Found
from workers.kb.build import build_release, index_folder
from workers.kb.disk import replace_text
from workers.kb.publish import current_release
from workers.ports import KnowledgeBase, Vectors


@pytest.fixture
async def base(kb_dir: Path, embeddings: CountingEmbeddings) -> AsyncIterator[FaissKnowledgeBase]:
    """Give a knowledge base below documents of which no release was built yet."""
    base = FaissKnowledgeBase(index_folder(kb_dir), embeddings)
    yield base
    base.close()


async def headings(base: KnowledgeBase, question: str) -> list[str]:
    return [passage.heading for passage in (await base.search(question, 3)).passages]


async def test_a_desk_without_a_release_runs_and_finds_nothing(base: FaissKnowledgeBase) -> None:
    with structlog.testing.capture_logs() as logs:
        await base.open()
    assert [entry["event"] for entry in logs] == ["kb_release_missing"]
    assert base.release is None
    assert await base.search("refunds", 3) == Found([], answerable=False)


async def test_the_first_release_is_taken_up_while_running(
    base: FaissKnowledgeBase, kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    await base.open()
    watching = asyncio.create_task(base.watch(interval=0.01))
    report = await build_release(kb_dir, embeddings)
    await eventually(lambda: base.release == report.release)
    assert (await headings(base, "do you ship to Canada"))[0] == "Do you ship to Canada?"
    watching.cancel()


async def test_nothing_is_asked_and_nothing_found_for_an_empty_question(
    base: FaissKnowledgeBase, kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    await build_release(kb_dir, embeddings)
    await base.open()
    asked = embeddings.texts
    assert await base.search("  \n", 3) == Found([], answerable=False)
    assert await base.search("refunds", 0) == Found([], answerable=False)
    assert embeddings.texts == asked


async def test_searches_during_twenty_swaps_all_find_their_passage(
    base: FaissKnowledgeBase, kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    await build_release(kb_dir, embeddings)
    await base.open()
    watching = asyncio.create_task(base.watch(interval=0.001))
    over = asyncio.Event()
    searches = 0

    async def ask() -> None:
        nonlocal searches
        while not over.is_set():
            assert (await headings(base, "do you ship to Canada"))[0] == "Do you ship to Canada?"
            searches += 1
            await asyncio.sleep(0)

    asking = [asyncio.create_task(ask()) for _ in range(8)]
    seen = set()
    for _ in range(20):
        report = await build_release(kb_dir, CountingEmbeddings(), force=True)
        await eventually(lambda report=report: base.release == report.release)  # type: ignore[misc]
        seen.add(base.release)
    over.set()
    await asyncio.gather(*asking)
    watching.cancel()
    assert len(seen) == 20
    assert searches > 100


async def test_a_release_that_is_unusable_is_not_taken_up(
    base: FaissKnowledgeBase, kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    before = await build_release(kb_dir, embeddings)
    await base.open()
    broken = await build_release(kb_dir, embeddings, force=True)
    path = index_folder(kb_dir) / "releases" / broken.release / "vectors" / "full.npy"
    path.write_bytes(b"junk")
    with structlog.testing.capture_logs() as logs:
        await base.refresh()
        await base.refresh()
    assert [(entry["event"], entry["serving"]) for entry in logs] == [("kb_release_unusable", before.release)]
    assert "vectors/full.npy" in logs[0]["reason"]
    assert base.release == before.release
    assert await headings(base, "refunds")
    mended = await build_release(kb_dir, embeddings)
    await base.refresh()
    assert base.release == mended.release


async def test_a_corrupt_pointer_leaves_what_is_loaded(
    base: FaissKnowledgeBase, kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    report = await build_release(kb_dir, embeddings)
    await base.open()
    replace_text(index_folder(kb_dir) / "current", "nonsense")
    await base.refresh()
    assert base.release == report.release
    (index_folder(kb_dir) / "current").unlink()
    await base.refresh()
    assert base.release == report.release


async def test_a_missing_first_release_is_logged_and_not_an_error(base: FaissKnowledgeBase, kb_dir: Path) -> None:
    index_folder(kb_dir).mkdir()
    (index_folder(kb_dir) / "current").write_text("nonsense")
    with structlog.testing.capture_logs() as logs:
        await base.open()
    assert [entry["event"] for entry in logs] == ["kb_release_unusable"]
    assert await base.search("refunds", 3) == Found([], answerable=False)


async def test_whoever_reads_the_pointer_reads_a_whole_release(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    await build_release(kb_dir, embeddings)
    root = index_folder(kb_dir)
    over, wrong = threading.Event(), list[str]()

    def read() -> None:
        while not over.is_set():
            folder = current_release(root)
            if folder is None or not (folder / "manifest.json").is_file():
                wrong.append(str(folder))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(10):
        await build_release(kb_dir, embeddings, force=True)
    over.set()
    reader.join()
    assert wrong == []


class AbsentEmbeddings(CountingEmbeddings):
    """Embeddings whose server went away."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Fail."""
        raise TransientError(f"no vectors for {len(texts)} texts")


async def test_without_embeddings_words_alone_still_find(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    await build_release(kb_dir, embeddings)
    base = FaissKnowledgeBase(index_folder(kb_dir), AbsentEmbeddings())
    with structlog.testing.capture_logs() as logs:
        await base.open()
        assert await headings(base, "do you ship to Canada") == ["Do you ship to Canada?"]
    assert {"event": "kb_embedding_failed", "error": "TransientError", "log_level": "warning"} in logs
    base.close()


async def test_searching_threads_use_one_core_each(
    base: FaissKnowledgeBase, kb_dir: Path, embeddings: CountingEmbeddings
) -> None:
    await build_release(kb_dir, embeddings)
    await base.open()
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(base._threads, faiss.omp_get_max_threads) == 1  # noqa: SLF001
