"""Answers as the desk quotes them without a model."""

from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.adapters.offline_chat import OfflineChat
from workers.domain.prompt import Prompt


async def quoted(prompt: Prompt) -> str:
    """Return the whole answer."""
    pieces = OfflineChat(BundledEmbeddings()).stream(prompt)
    return "".join([piece async for piece in pieces if isinstance(piece, str)])
