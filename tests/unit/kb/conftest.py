"""A small company's documents, and embeddings that count what they are asked."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from workers.adapters.bundled_embeddings import BundledEmbeddings
from workers.ports import Vectors

REFUNDS = """---
title: "Refunds"
url: https://shop.example/refunds
---
# Refunds

Money comes back to the card that paid.

## How long refunds take

A refund reaches your card within five working days.
"""
FAQ = """# Questions

## Do you ship to Canada?

We ship to Canada for 40 dollars. Parcels take a week.

## Can I rent a kayak?

Kayaks are rented from May to September.
"""


class CountingEmbeddings(BundledEmbeddings):
    """The bundled embeddings, which note how many texts they were asked for."""

    def __init__(self) -> None:
        self.texts = 0

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed and count."""
        self.texts += len(texts)
        return await super().embed(texts)


@pytest.fixture
def kb_dir(tmp_path: Path) -> Path:
    """Give a folder with three documents."""
    folder = tmp_path / "kb"
    for name, text in {
        "policies/refunds.md": REFUNDS,
        "faqs/questions.md": FAQ,
        "docs/opening-hours.txt": "We are open from nine to five, Monday to Saturday.",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def embeddings() -> CountingEmbeddings:
    """Give real embeddings that count."""
    return CountingEmbeddings()
