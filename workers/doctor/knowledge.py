"""Whether there is a knowledge base to answer from, and how well it answers."""

import asyncio
from typing import Final

from shared.errors import SettingsInvalid
from shared.settings import Settings
from workers.adapters.embeddings import embeddings_for
from workers.doctor.finding import Finding, Visit, ok, problem, skipped, warning
from workers.kb.build import sources_changed
from workers.kb.manifest import check_contents, check_embedding, read_manifest
from workers.kb.publish import current_release
from workers.kb.sharing import releases_of
from workers.kb.sources import source_paths
from workers.kb.storage import StorageUnavailable
from workers.ports import EmbeddingsMisconfigured, EmbeddingsUnavailable, ReleaseUnusable

BUILD: Final = "Run `frontdesk kb build`."
GOOD_ENOUGH: Final = 0.6


async def documents(visit: Visit) -> Finding:
    """Count the documents."""
    settings = visit.settings
    number = len(list(source_paths(settings.kb_dir))) if settings.kb_dir.is_dir() else 0
    if not number and settings.has_storage:
        return skipped("None here: releases come from the storage.")
    if not number:
        return problem(
            f"{settings.kb_dir} holds no documents.", "Put yours into its docs/, policies/ and faqs/, or set KB_DIR."
        )
    return ok(f"{number} documents")


async def storage(visit: Visit) -> Finding:
    """Ask the shared storage for its current release."""
    if not visit.settings.has_storage:
        return skipped("KB_STORAGE is not set: releases stay on this machine.")
    try:
        published = await asyncio.to_thread(releases_of(visit.settings).published)
    except (StorageUnavailable, SettingsInvalid, ReleaseUnusable) as error:
        return problem(str(error), "Set KB_STORAGE, and the keys that the storage asks for in the environment.")
    if not published:
        return problem("The storage holds no release.", BUILD)
    return ok(f"Release {published[0]} is current there.")


async def release(visit: Visit) -> Finding:
    """Prove that the current release is whole, and made with the embeddings of the settings."""
    settings = visit.settings
    try:
        folder = current_release(settings.release_dir)
        if folder is None:
            detail = f"There is no release in {settings.release_dir} yet."
            return skipped(f"{detail} Workers fetch one.") if settings.has_storage else problem(detail, BUILD)
        manifest = read_manifest(folder)
        check_embedding(manifest, embeddings_for(settings))
        await asyncio.to_thread(check_contents, folder, manifest)
    except (ReleaseUnusable, EmbeddingsMisconfigured) as error:
        return problem(str(error), BUILD)
    if await asyncio.to_thread(_changed, settings):
        return warning(f"Documents have changed since release {manifest.release}.", BUILD)
    return ok(f"{manifest.release}: {manifest.passages} passages")


def _changed(settings: Settings) -> bool:
    return settings.kb_dir.is_dir() and sources_changed(settings.kb_dir, embeddings_for(settings))


async def golden(visit: Visit) -> Finding:
    """See how the current release did on the golden questions."""
    folder = current_release(visit.settings.release_dir)
    scores = read_manifest(folder).golden if folder else None
    if scores is None or scores.hit_at_3 is None:
        return skipped("No golden questions have been measured: `frontdesk kb golden` begins a file of them.")
    detail = f"{scores.questions} questions, {scores.hit_at_3:.0%} found among three"
    if scores.hit_at_3 < GOOD_ENOUGH:
        return warning(detail, "Run `frontdesk kb check`, and add what the documents lack.")
    return ok(detail)


async def embeddings(visit: Visit) -> Finding:
    """Embed a word, where that is asked of a server and its cost was agreed to."""
    settings = visit.settings
    if settings.embeddings != "openai":
        return ok(f"{settings.embeddings}, on this machine")
    if not visit.deep:
        return skipped("`frontdesk doctor --deep` has the server embed a word.")
    try:
        await embeddings_for(settings).embed(["frontdesk"])
    except (EmbeddingsMisconfigured, EmbeddingsUnavailable) as error:
        return problem(str(error), "Check EMBEDDING_MODEL, OPENAI_API_KEY and OPENAI_BASE_URL.")
    return ok(f"{settings.embedding_model} embeds.")
