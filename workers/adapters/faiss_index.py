"""The knowledge base as handlers see it: the current release, searched, and swapped when it changes."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import faiss

from shared import log
from shared.errors import FrontdeskError
from workers.domain.passage import Found
from workers.kb.publish import PointerState, current_release, pointer_state
from workers.kb.release import Release, load_release
from workers.ports import Embeddings, ReleaseUnusable, Vectors

SEARCH_THREADS: Final = 2
QUICK_PASSAGES: Final = 2_000  # searching so few takes less time than the way to a thread and back
EMBEDDING_SECONDS: Final = 3.0  # a visitor is waiting: after this, words alone decide
RETRY_SECONDS: Final = 30.0  # files on a shared volume may arrive after the pointer that names them


class FaissKnowledgeBase:
    """The knowledge base below a folder of releases; it reads them and never builds one."""

    def __init__(self, root: Path, embeddings: Embeddings) -> None:
        self._root = root
        self._embeddings = embeddings
        self._release: Release | None = None
        self.swapped = asyncio.Event()  # set with each release that is loaded; who waits for the next one clears it
        self._seen: PointerState | None = None
        self._retry_at: float | None = None
        # OpenMP keeps its number of threads per thread, so each of ours is told when it starts.
        self._threads = ThreadPoolExecutor(
            SEARCH_THREADS, "kb-search", initializer=faiss.omp_set_num_threads, initargs=(1,)
        )

    @property
    def release(self) -> str | None:
        """The id of the loaded release, None while there is none."""
        return self._release.id if self._release else None

    async def open(self) -> None:
        """Load the current release; without a usable one the desk runs, finds nothing, and says so in the log."""
        faiss.omp_set_num_threads(1)
        await self.refresh()
        if self._release:
            await self._embed("hello")  # loads the model or connects, so that the first visitor does not wait for it
        elif self._seen is None:
            log.get().warning("kb_release_missing", folder=str(self._root))

    async def refresh(self) -> None:
        """Load the release that the pointer names when it moved; what is loaded stays when that one is unusable."""
        now = asyncio.get_running_loop().time()
        state = await asyncio.to_thread(pointer_state, self._root)
        if state == self._seen and (self._retry_at is None or now < self._retry_at):
            return
        try:
            release = await asyncio.to_thread(self._load)
        except ReleaseUnusable as error:
            self._retry_at = now + RETRY_SECONDS
            log.get().error("kb_release_unusable", reason=str(error), serving=self.release)
        else:
            self._retry_at = None
            if release and release.id != self.release:
                self._release = release
                self.swapped.set()
                log.get().info("kb_release_loaded", release=release.id, passages=len(release.passages))
        self._seen = state

    async def watch(self, interval: float = 1.0) -> None:
        """Refresh every `interval` seconds until cancelled."""
        while True:
            await asyncio.sleep(interval)
            await self.refresh()

    def current(self) -> "LoadedRelease":
        """Return the loaded release to search, whatever is loaded later."""
        return LoadedRelease(self, self._release)

    async def search(self, query: str, limit: int) -> Found:
        """Search the release that is loaded now, as `search_in` does."""
        return await self.search_in(self._release, query, limit)

    async def search_in(self, release: Release | None, query: str, limit: int) -> Found:
        """Return at most `limit` passages with scores between 0 and 1, and whether they answer; none without a release.

        Embeddings that fail or take too long are done without.
        """
        if release is None or not query.strip() or limit < 1:
            return Found([], answerable=False)
        vector = await self._embed(release.in_its_words(query))
        if len(release.passages) <= QUICK_PASSAGES:
            return release.find(query, vector, limit)
        return await asyncio.get_running_loop().run_in_executor(self._threads, release.find, query, vector, limit)

    def close(self) -> None:
        """End the threads; a search that runs is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _embed(self, query: str) -> Vectors | None:
        try:
            async with asyncio.timeout(EMBEDDING_SECONDS):
                vectors = await self._embeddings.embed([query])
        except (FrontdeskError, TimeoutError) as error:
            log.get().warning("kb_embedding_failed", error=type(error).__name__)
            return None
        vector: Vectors = vectors[0]
        return vector

    def _load(self) -> Release | None:
        folder = current_release(self._root)
        return load_release(folder, self._embeddings) if folder else None


@dataclass(frozen=True, slots=True)
class LoadedRelease:
    """One release for the length of a turn: what is searched is what the answer is stamped with."""

    knowledge: FaissKnowledgeBase
    loaded: Release | None

    @property
    def release(self) -> str | None:
        """The release's id, None when none was loaded."""
        return self.loaded.id if self.loaded else None

    async def search(self, query: str, limit: int) -> Found:
        """Search it, as `FaissKnowledgeBase.search_in` does."""
        return await self.knowledge.search_in(self.loaded, query, limit)
