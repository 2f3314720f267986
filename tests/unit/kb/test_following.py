"""A worker follows the storage, and serves what it has while the storage is away or broken."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from tests.eventually import eventually
from tests.servers.server import LOOPBACK, free_port
from tests.stubs.files import FileServer
from tests.unit.kb.conftest import CountingEmbeddings
from workers.adapters.faiss_index import FaissKnowledgeBase
from workers.adapters.following import StorageFollower
from workers.domain.passage import Found
from workers.kb.build import build_beside, index_folder
from workers.kb.publish import RELEASES
from workers.kb.settling import settle
from workers.kb.sharing import Releases
from workers.kb.storage import Storage


class Worker:
    """What a worker process has of the knowledge base."""

    def __init__(self, root: Path, url: str) -> None:
        self.follower = StorageFollower(Releases(root, Storage(url)), kept=2)
        self.knowledge = FaissKnowledgeBase(root, CountingEmbeddings())

    async def open(self) -> None:
        """Start as a process does."""
        await self.follower.open()
        await self.knowledge.open()

    async def watch(self) -> None:
        """Keep up until cancelled."""
        await asyncio.gather(self.follower.watch(0.01), self.knowledge.watch(0.01))


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Give a folder that all machines see."""
    return tmp_path / "shared"


@pytest.fixture
async def worker(tmp_path: Path, shared: Path) -> AsyncIterator[Worker]:
    """Give a worker on a machine of its own."""
    worker = Worker(tmp_path / "other" / ".index", shared.as_uri())
    yield worker
    worker.knowledge.close()


async def built(kb_dir: Path, shared: Path) -> str:
    releases = Releases(index_folder(kb_dir), Storage(shared.as_uri()))
    report = await build_beside(kb_dir, CountingEmbeddings(), force=True)
    settle(report, releases, CountingEmbeddings(), publish=True, kept=5)
    return report.release


async def test_each_release_is_taken_up_and_old_ones_are_dropped(worker: Worker, kb_dir: Path, shared: Path) -> None:
    first = await built(kb_dir, shared)
    await worker.open()
    assert worker.knowledge.release == first
    watching = asyncio.create_task(worker.watch())
    for _ in range(3):
        release = await built(kb_dir, shared)
        await eventually(lambda release=release: worker.knowledge.release == release)  # type: ignore[misc]
        assert (await worker.knowledge.search("do you ship to Canada", 1)).passages
    kept = worker.follower._releases.root / RELEASES  # noqa: SLF001
    await eventually(lambda: len(list(kept.iterdir())) == 2)
    watching.cancel()


async def test_an_empty_storage_is_told_of_and_the_first_release_taken_up(
    worker: Worker, kb_dir: Path, shared: Path
) -> None:
    with structlog.testing.capture_logs() as logs:
        await worker.open()
        await worker.follower.follow()
    assert [entry["event"] for entry in logs] == ["kb_storage_empty", "kb_release_missing"]
    assert await worker.knowledge.search("refunds", 3) == Found([], answerable=False)
    release = await built(kb_dir, shared)
    await worker.follower.follow()
    await worker.knowledge.refresh()
    assert worker.knowledge.release == release


async def test_a_broken_object_leaves_the_old_release_and_is_told_of_once(
    worker: Worker, kb_dir: Path, shared: Path
) -> None:
    first = await built(kb_dir, shared)
    await worker.open()
    second = await built(kb_dir, shared)
    file = shared / RELEASES / second / "vectors" / "full.npy"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            await worker.follower.follow()
            await worker.knowledge.refresh()
    assert [(entry["event"], entry["serving"]) for entry in logs] == [("kb_release_not_fetched", first)]
    assert f"Release {second} can't be used: vectors/full.npy was changed" in logs[0]["reason"]
    assert worker.knowledge.release == first
    third = await built(kb_dir, shared)
    await worker.follower.follow()
    await worker.knowledge.refresh()
    assert worker.knowledge.release == third


async def test_a_storage_that_is_away_at_the_start_leaves_the_copy_here(
    worker: Worker, kb_dir: Path, shared: Path, tmp_path: Path
) -> None:
    release = await built(kb_dir, shared)
    await worker.open()
    again = Worker(tmp_path / "other" / ".index", f"http://{LOOPBACK}:{free_port()}")
    with structlog.testing.capture_logs() as logs:
        await again.open()
        await again.follower.follow()
    assert again.knowledge.release == release
    assert (await again.knowledge.search("do you ship to Canada", 1)).passages
    told = [entry for entry in logs if entry["log_level"] == "error"]
    assert [(entry["event"], entry["serving"]) for entry in told] == [("kb_storage_unavailable", release)]
    again.knowledge.close()


async def test_a_storage_that_is_away_with_no_copy_here_is_waited_for(
    kb_dir: Path, shared: Path, tmp_path: Path
) -> None:
    release = await built(kb_dir, shared)
    port = free_port()
    worker = Worker(tmp_path / "other" / ".index", f"http://{LOOPBACK}:{port}")
    with structlog.testing.capture_logs() as logs:
        await worker.open()
    assert [entry["event"] for entry in logs] == ["kb_storage_unavailable", "kb_release_missing"]
    assert await worker.knowledge.search("refunds", 3) == Found([], answerable=False)
    watching = asyncio.create_task(worker.watch())
    with FileServer(shared, port):
        await eventually(lambda: worker.knowledge.release == release)
    watching.cancel()
    worker.knowledge.close()


async def test_a_process_that_ends_fetches_no_further(worker: Worker, kb_dir: Path, shared: Path) -> None:
    await built(kb_dir, shared)
    worker.follower.close()
    await worker.open()
    assert worker.knowledge.release is None
