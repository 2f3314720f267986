"""Follows the storage: what becomes current there, on whatever machine, becomes current in the local folder."""

import asyncio
from typing import Final

from shared import log
from workers.kb.publish import ReleaseUnknown, drop_old_releases
from workers.kb.sharing import Releases
from workers.kb.storage import StorageUnavailable
from workers.ports import ReleaseUnusable

LOOK_SECONDS: Final = 3.0  # one object of a few hundred bytes is read each time
OPEN_SECONDS: Final = 15.0  # how long a start waits for a first release to arrive
RETRY_SECONDS: Final = 60.0  # a broken release may be large, and its mending takes people


class StorageFollower:
    """Looks at the storage's pointer and fetches the release that it names; all that fails leaves the local one."""

    def __init__(self, releases: Releases, kept: int) -> None:
        self._releases = releases
        self._kept = kept
        self._seen: list[str] | None = None
        self._retry_at: float | None = None
        self._away = False
        self._first: asyncio.Task[None] | None = None

    async def open(self, within: float = OPEN_SECONDS) -> None:
        """Follow once; after so many seconds the process starts with what is here, and the rest happens beside."""
        self._first = asyncio.create_task(self.follow())
        await asyncio.wait({self._first}, timeout=within)

    async def watch(self, interval: float = LOOK_SECONDS) -> None:
        """Follow every `interval` seconds until cancelled."""
        if self._first:
            await asyncio.wait({self._first})
        while True:
            await asyncio.sleep(interval)
            await self.follow()

    async def follow(self) -> None:
        """Look at the pointer and, where it moved, take what it names; what fails is logged, and tried again."""
        now = asyncio.get_running_loop().time()
        published: list[str] | None = None
        try:
            published = await asyncio.to_thread(self._releases.published)
            if published == self._seen and (self._retry_at is None or now < self._retry_at):
                self._away = False
                return
            release = await asyncio.to_thread(self._take)
        except StorageUnavailable as error:
            if not self._away:
                self._complain("kb_storage_unavailable", error)
            self._away = True
        except (ReleaseUnusable, ReleaseUnknown, OSError) as error:
            if published is None or published != self._seen or self._retry_at is not None:
                self._complain("kb_release_not_fetched", error)
            self._seen, self._retry_at = published, now + RETRY_SECONDS
        else:
            self._seen, self._retry_at, self._away = published, None, False
            log.get().info("kb_storage_followed" if release else "kb_storage_empty", release=release)

    def close(self) -> None:
        """End what is being fetched."""
        if self._releases.storage:
            self._releases.storage.close()

    def _take(self) -> str | None:
        release = self._releases.follow()
        if release:
            drop_old_releases(self._releases.root, self._kept)
        return release

    def _complain(self, event: str, error: Exception) -> None:
        log.get().error(event, reason=str(error), serving=self._releases.current())
