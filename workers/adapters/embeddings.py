"""The embeddings that the settings ask for."""

from shared.settings import Settings
from workers.ports import Embeddings


def embeddings_for(settings: Settings) -> Embeddings:
    """Return the embeddings; nothing is loaded or connected yet. Raises EmbeddingsMisconfigured."""
    if settings.embeddings == "bundled":
        from workers.adapters.bundled_embeddings import BundledEmbeddings  # noqa: PLC0415 - neither needs the other's library

        return BundledEmbeddings()
    if settings.embeddings == "fastembed":
        from workers.adapters.fastembed_embeddings import FastembedEmbeddings  # noqa: PLC0415 - as above

        return FastembedEmbeddings(settings.embedding_model)
    from workers.adapters.openai_embeddings import EmbeddingServer, OpenAIEmbeddings  # noqa: PLC0415 - as above

    return OpenAIEmbeddings(
        EmbeddingServer(
            model=settings.embedding_model,
            api_key=settings.openai_api_key.get_secret_value(),
            base_url=settings.openai_base_url or None,
            dimension=settings.embedding_dimension,
        )
    )
