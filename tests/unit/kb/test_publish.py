"""Releases are published and rolled back by moving a pointer, never to one that is broken."""

from pathlib import Path

import pytest

from tests.unit.kb.conftest import CountingEmbeddings
from workers.kb.build import build_beside, build_release, index_folder
from workers.kb.disk import files_below, replace_text
from workers.kb.keeping import kept_releases_told
from workers.kb.publish import (
    POINTER,
    NothingToRollBackTo,
    ReleaseUnknown,
    current_release,
    drop_old_releases,
    publish_checked,
    published_releases,
    roll_back,
)
from workers.ports import ReleaseUnusable


def current(root: Path) -> str | None:
    folder = current_release(root)
    return folder.name if folder else None


async def built(kb_dir: Path, embeddings: CountingEmbeddings, number: int) -> list[str]:
    return [(await build_release(kb_dir, embeddings, force=True)).release for _ in range(number)]


async def test_rolling_back_again_goes_further_back(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    root = index_folder(kb_dir)
    first, second, third = await built(kb_dir, embeddings, 3)
    assert [roll_back(root, embeddings), roll_back(root, embeddings)] == [second, first]
    assert current(root) == first
    with pytest.raises(NothingToRollBackTo):
        roll_back(root, embeddings)
    publish_checked(root, third, embeddings)
    assert roll_back(root, embeddings) == first


async def test_a_release_is_built_beside_and_published_later(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    root = index_folder(kb_dir)
    [first] = await built(kb_dir, embeddings, 1)
    beside = await build_beside(kb_dir, embeddings, force=True)
    assert current(root) == first
    assert [(one.release, one.current) for one in kept_releases_told(root)] == [(beside.release, False), (first, True)]
    publish_checked(root, beside.release, embeddings)
    assert current(root) == beside.release


async def test_any_broken_file_is_named_and_the_pointer_stays(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    root = index_folder(kb_dir)
    first, second = await built(kb_dir, embeddings, 2)
    for name in files_below(root / "releases" / first):
        file = root / "releases" / first / name
        whole = file.read_bytes()
        file.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        with pytest.raises(ReleaseUnusable, match=name):
            roll_back(root, embeddings)
        with pytest.raises(ReleaseUnusable, match=name):
            publish_checked(root, first, embeddings)
        assert current(root) == second
        file.write_bytes(whole)
    assert roll_back(root, embeddings) == first


@pytest.mark.parametrize("name", ["20260101-000000000-0123456789ab", "../releases", ""])
async def test_an_unknown_release_is_not_published(kb_dir: Path, embeddings: CountingEmbeddings, name: str) -> None:
    await build_release(kb_dir, embeddings)
    with pytest.raises(ReleaseUnknown):
        publish_checked(index_folder(kb_dir), name, embeddings)


async def test_what_a_rollback_needs_is_kept(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    root = index_folder(kb_dir)
    first, second, *_ = await built(kb_dir, embeddings, 5)
    publish_checked(root, first, embeddings)
    publish_checked(root, second, embeddings)
    drop_old_releases(root, kept=1)
    assert len(kept_releases_told(root)) == 3
    assert roll_back(root, embeddings) == first


async def test_a_move_that_was_only_noted_is_none(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    """A process that dies between the two leaves the pointer where it was."""
    root = index_folder(kb_dir)
    first, second = await built(kb_dir, embeddings, 2)
    replace_text(root / POINTER, f"{first}\n")
    assert published_releases(root)[-1] == first
    publish_checked(root, second, embeddings)
    assert roll_back(root, embeddings) == first
