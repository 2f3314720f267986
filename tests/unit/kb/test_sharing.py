"""Two machines with folders of their own share releases through one storage."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from tests.unit.kb.conftest import CountingEmbeddings
from workers.kb.build import build_beside, index_folder
from workers.kb.disk import files_below
from workers.kb.keeping import kept_releases_told
from workers.kb.manifest import MANIFEST, encode, read_manifest, seal
from workers.kb.publish import POINTER, RELEASES, NothingToRollBackTo, ReleaseUnknown, current_release, roll_back
from workers.kb.settling import settle
from workers.kb.sharing import Releases
from workers.kb.storage import Storage
from workers.ports import ReleaseUnusable


@dataclass
class Builder:
    """The machine that has the documents."""

    kb_dir: Path
    embeddings: CountingEmbeddings
    releases: Releases

    async def build(self, *, publish: bool = True, force: bool = True, kept: int = 5) -> str:
        """Do as `frontdesk kb build` does."""
        self.releases.catch_up()
        report = await build_beside(self.kb_dir, self.embeddings, force=force)
        settle(report, self.releases, self.embeddings, publish=publish, kept=kept)
        return report.release


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Give a folder that all machines see."""
    return tmp_path / "shared"


@pytest.fixture
def builder(kb_dir: Path, shared: Path, embeddings: CountingEmbeddings) -> Builder:
    """Give the machine that builds."""
    return Builder(kb_dir, embeddings, Releases(index_folder(kb_dir), Storage(shared.as_uri())))


@pytest.fixture
def other(tmp_path: Path, shared: Path) -> Releases:
    """Give the releases of a machine without documents."""
    return Releases(tmp_path / "other" / ".index", Storage(shared.as_uri()))


def stored(shared: Path) -> list[str]:
    return sorted(path.name for path in (shared / RELEASES).iterdir())


async def test_another_machine_gets_the_same_files(builder: Builder, other: Releases) -> None:
    release = await builder.build()
    assert other.follow() == other.current() == release
    here, there = (root / RELEASES / release for root in (builder.releases.root, other.root))
    names = list(files_below(here))
    assert names == list(files_below(there))
    assert [(here / name).read_bytes() for name in names] == [(there / name).read_bytes() for name in names]


async def test_any_broken_object_is_named_and_the_earlier_release_stays(
    builder: Builder, other: Releases, shared: Path
) -> None:
    first = await builder.build()
    other.follow()
    second = await builder.build()
    for name in files_below(shared / RELEASES / second):
        file = shared / RELEASES / second / name
        whole = file.read_bytes()
        file.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        with pytest.raises(ReleaseUnusable, match=name):
            other.follow()
        file.write_bytes(whole[:-2])
        with pytest.raises(ReleaseUnusable, match=name):
            other.follow()
        assert other.current() == first
        assert stored(other.root) == [first]
        file.write_bytes(whole)
    assert other.follow() == second


async def test_publishing_again_mends_a_broken_object(builder: Builder, other: Releases, shared: Path) -> None:
    release = await builder.build()
    (shared / RELEASES / release / "passages.jsonl").unlink()
    with pytest.raises(ReleaseUnusable, match=r"passages\.jsonl is missing.*kb publish"):
        other.follow()
    builder.releases.publish(release, builder.embeddings)
    assert other.follow() == release


async def test_a_broken_copy_is_fetched_again(builder: Builder, other: Releases) -> None:
    release = await builder.build()
    other.follow()
    (other.root / RELEASES / release / "passages.jsonl").unlink()
    other.follow()
    assert (other.root / RELEASES / release / "passages.jsonl").exists()


async def test_a_release_without_its_manifest_is_no_release(builder: Builder, other: Releases, shared: Path) -> None:
    release = await builder.build(publish=False)
    (shared / RELEASES / release / MANIFEST).unlink()
    with pytest.raises(ReleaseUnknown):
        other.publish(release, builder.embeddings)
    assert other.elsewhere() == []
    assert other.follow() is None


async def test_a_machine_publishes_what_another_has_built(builder: Builder, other: Releases) -> None:
    release = await builder.build(publish=False)
    assert [one.release for one in kept_releases_told(other.root, other.elsewhere())] == [release]
    other.publish(release, builder.embeddings)
    assert builder.releases.follow() == release


async def test_a_rollback_anywhere_is_one_everywhere(builder: Builder, other: Releases) -> None:
    first, second, third = [await builder.build() for _ in range(3)]
    assert [other.roll_back(builder.embeddings), other.roll_back(builder.embeddings)] == [second, first]
    assert builder.releases.follow() == builder.releases.current() == first
    with pytest.raises(NothingToRollBackTo):
        builder.releases.roll_back(builder.embeddings)
    builder.releases.publish(third, builder.embeddings)
    assert other.roll_back(builder.embeddings) == first


async def test_old_releases_go_from_the_storage_too(builder: Builder, shared: Path) -> None:
    releases = [await builder.build(kept=3) for _ in range(5)]
    assert stored(shared) == releases[-3:] == stored(builder.releases.root)


async def test_what_a_rollback_needs_and_a_newer_upload_stay(builder: Builder, shared: Path) -> None:
    first, second, *others = [await builder.build() for _ in range(5)]
    for release in (first, second):
        builder.releases.publish(release, builder.embeddings)
    (shared / RELEASES / others[-1] / MANIFEST).unlink()
    builder.releases.drop_old(1)
    assert stored(shared) == [first, second, *others[1:]]
    assert builder.releases.roll_back(builder.embeddings) == first


async def test_a_storage_that_is_new_is_given_the_current_release(
    builder: Builder, other: Releases, kb_dir: Path
) -> None:
    alone = Builder(kb_dir, builder.embeddings, Releases(index_folder(kb_dir)))
    release = await alone.build()
    assert other.follow() is None
    assert await builder.build(force=False) == release
    assert other.follow() == release


async def test_a_machine_with_the_same_documents_builds_nothing(builder: Builder, other: Releases) -> None:
    release = await builder.build()
    elsewhere = Builder(other.root.parent, builder.embeddings, other)
    shutil.copytree(builder.kb_dir, elsewhere.kb_dir, ignore=shutil.ignore_patterns(".index"))
    assert await elsewhere.build(force=False) == release


@pytest.mark.parametrize("content", ["", "nonsense", "../../etc"])
async def test_a_pointer_to_nothing_moves_nothing_and_is_mended(
    builder: Builder, other: Releases, shared: Path, content: str
) -> None:
    release = await builder.build()
    other.follow()
    (shared / POINTER).write_text(content)
    with pytest.raises(ReleaseUnusable, match="does not name a release"):
        other.follow()
    assert other.current() == release
    builder.releases.publish(release, builder.embeddings)
    assert other.follow() == release


async def test_a_file_outside_of_the_release_is_never_written(builder: Builder, other: Releases, shared: Path) -> None:
    """The manifest may be a stranger's: its id only says that it fits itself."""
    release = await builder.build()
    manifest = read_manifest(builder.releases.root / RELEASES / release)
    proof = manifest.files["passages.jsonl"]
    forged = seal(msgspec.structs.replace(manifest, files={"../../../stray.txt": proof}))
    folder = shared / RELEASES / forged.release
    folder.mkdir()
    (folder / MANIFEST).write_bytes(encode(forged))
    (shared / POINTER).write_text(f"{forged.release}\n")
    with pytest.raises(ReleaseUnusable, match="lies outside"):
        other.follow()


async def test_the_local_history_stays_usable_without_the_storage(builder: Builder, other: Releases) -> None:
    first = await builder.build()
    other.follow()
    await builder.build()
    other.follow()
    assert roll_back(other.root, builder.embeddings) == first
    assert current_release(other.root) == other.root / RELEASES / first
