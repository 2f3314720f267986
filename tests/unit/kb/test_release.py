"""A release that is not what was written is refused, and says which file and what to do."""

import json
from pathlib import Path

import pytest

from tests.unit.kb.conftest import CountingEmbeddings
from workers.kb.build import build_release, index_folder, sources_changed
from workers.kb.publish import current_release
from workers.kb.release import load_release
from workers.ports import ReleaseUnusable

FILES = (
    "vectors/full.npy",
    "elsewhere.npy",
    "passages.jsonl",
    "passages.starts.npy",
    "manifest.json",
    "phrases/vectors.npy",
    "phrases/steps.npy",
    "phrases/headings.npy",
    "phrases/starts.npy",
    "phrases/sentences.npy",
    "phrases/documents.npy",
    "lexical/words.json",
    "lexical/everyday.npy",
    "lexical/ceilings.npy",
    "lexical/rows.npy",
    "lexical/scores.npy",
    "lexical/starts.npy",
    "lexical/words.starts.npy",
    "lexical/words.txt",
)


class OtherDimension(CountingEmbeddings):
    """Embeddings of the same name, in fewer dimensions."""

    dimension = 128


class OtherModel(CountingEmbeddings):
    """Embeddings of another name."""

    name = "another-model"


@pytest.fixture
async def folder(kb_dir: Path, embeddings: CountingEmbeddings) -> Path:
    """Give the folder of a whole release."""
    await build_release(kb_dir, embeddings)
    folder = current_release(index_folder(kb_dir))
    assert folder
    load_release(folder, embeddings)
    return folder


def test_the_list_of_files_is_complete(folder: Path) -> None:
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(FILES)


def test_a_loaded_release_is_mapped_and_not_read(folder: Path, embeddings: CountingEmbeddings) -> None:
    release = load_release(folder, embeddings)
    mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if str(folder) in line}
    assert mapped == {str(folder / name) for name in FILES if not name.endswith(".json")}
    assert release.passages


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [flip_a_bit, cut, Path.unlink])
async def test_a_damaged_file_is_refused_by_name_and_healed_by_a_build(
    folder: Path, name: str, damage: object, embeddings: CountingEmbeddings
) -> None:
    assert callable(damage)
    damage(folder / name)
    with pytest.raises(ReleaseUnusable, match=rf"{folder.name}.*{name}.*frontdesk kb build"):
        load_release(folder, embeddings)
    kb_dir = folder.parents[2]
    assert (await build_release(kb_dir, embeddings)).built
    assert not sources_changed(kb_dir, embeddings)


@pytest.mark.parametrize(
    ("field", "value"),
    [("passages", 4), ("created_at", "2020-01-01"), ("format", 2), ("recipe", 99), ("surprise", 1)],
)
def test_a_manifest_that_was_edited_is_refused(
    folder: Path, field: str, value: object, embeddings: CountingEmbeddings
) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    with pytest.raises(ReleaseUnusable, match=r"manifest\.json"):
        load_release(folder, embeddings)


@pytest.mark.parametrize("other", [OtherDimension(), OtherModel()])
def test_other_embeddings_are_refused_and_call_for_a_build(
    folder: Path, kb_dir: Path, other: CountingEmbeddings
) -> None:
    with pytest.raises(ReleaseUnusable, match=r"256 dimensions.*Run `frontdesk kb build`"):
        load_release(folder, other)
    assert sources_changed(kb_dir, other)


@pytest.mark.parametrize("pointer", ["", "../../../etc", "20260101-000000000-zzzzzzzzzzzz", "\x00\xff"])
def test_a_corrupt_pointer_is_refused(folder: Path, kb_dir: Path, pointer: str, embeddings: CountingEmbeddings) -> None:
    root = index_folder(kb_dir)
    (root / "current").write_text(pointer, encoding="latin-1")
    with pytest.raises(ReleaseUnusable, match=r"current does not name a release\. Run `frontdesk kb build`"):
        current_release(root)
    assert sources_changed(kb_dir, embeddings)
    assert folder.is_dir()


def test_a_pointer_to_a_release_that_is_gone_is_refused(kb_dir: Path, embeddings: CountingEmbeddings) -> None:
    root = index_folder(kb_dir)
    root.mkdir()
    (root / "current").write_text("20260101-000000000-000000000000\n")
    folder = current_release(root)
    assert folder
    with pytest.raises(ReleaseUnusable, match=r"20260101-000000000-000000000000.*manifest\.json can't be read"):
        load_release(folder, embeddings)
