"""A process that follows a storage and loads what becomes current, as a worker does; it tells of it in its log."""

import asyncio

from shared import log
from shared.settings import load_settings
from workers.adapters.embeddings import embeddings_for
from workers.adapters.faiss_index import FaissKnowledgeBase
from workers.adapters.following import StorageFollower
from workers.kb.sharing import releases_of


async def main() -> None:
    """Watch until killed."""
    settings = load_settings()
    follower = StorageFollower(releases_of(settings), settings.kb_kept_releases)
    knowledge = FaissKnowledgeBase(settings.release_dir, embeddings_for(settings))
    await follower.open()
    await knowledge.open()
    log.get().info("watching", release=knowledge.release)
    await asyncio.gather(follower.watch(0.1), knowledge.watch(0.1))


if __name__ == "__main__":
    log.configure()
    asyncio.run(main())
