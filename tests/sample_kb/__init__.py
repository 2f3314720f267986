"""A small pottery's documents, as the tests' knowledge base."""

import shutil
from pathlib import Path
from typing import Final

from tests.own_loop import run_apart

SOURCES: Final = Path(__file__).parent
FOLDERS: Final = ("docs", "policies", "faqs")


def build_sample_kb(folder: Path) -> Path:
    """Copy the documents, build and publish a release, and return the folder."""
    # Imported late: most tests need neither numpy nor faiss.
    from workers.adapters.bundled_embeddings import BundledEmbeddings  # noqa: PLC0415
    from workers.kb.build import build_release  # noqa: PLC0415

    for name in FOLDERS:
        shutil.copytree(SOURCES / name, folder / name)
    run_apart(build_release(folder, BundledEmbeddings()))
    return folder
